-- Where events of the workspace are sent to. A removed endpoint stays for the list of its deliveries.
create table core.webhook_endpoint (
  id uuid primary key,
  workspace_id uuid not null references core.workspace,
  url text not null check (length(url) between 1 and 2000),
  description text not null check (length(description) <= 200),
  types text[] not null check (cardinality(types) > 0),
  -- Whether data about persons is sent, or their ids only.
  personal boolean not null,
  -- Who is told when it stops working.
  contact text,
  enabled boolean not null default true,
  disabled_reason text,
  disabled_at timestamptz,
  -- The first failure since the last success.
  failing_since timestamptz,
  created_at timestamptz not null,
  removed_at timestamptz
);
create index webhook_endpoint_newest on core.webhook_endpoint (workspace_id, id) where removed_at is null;
call core.protect('core.webhook_endpoint');

-- Sealed. While one is being replaced there are two, and each message is signed with both.
create table core.webhook_secret (
  id uuid primary key,
  workspace_id uuid not null references core.workspace,
  endpoint_id uuid not null references core.webhook_endpoint on delete cascade,
  sealed bytea not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz
);
create index webhook_secret_of_endpoint on core.webhook_secret (endpoint_id);
call core.protect('core.webhook_secret');

-- What is sent, to the byte; kept for 30 days.
create table core.webhook_message (
  id uuid primary key,
  workspace_id uuid not null references core.workspace,
  type text not null,
  thin text not null,
  -- With data about persons, where that differs.
  personal text,
  created_at timestamptz not null default now()
);
create index webhook_message_age on core.webhook_message (created_at);
call core.protect('core.webhook_message');
