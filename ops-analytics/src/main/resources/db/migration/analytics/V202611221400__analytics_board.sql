-- Questions that a workspace keeps. A funnel with a target is a conversion path; its notes belong to its steps, in order.
create table analytics.saved_insight (
  id uuid primary key,
  workspace_id uuid not null references core.workspace,
  kind text not null,
  name text not null check (length(name) between 1 and 120),
  description text not null check (length(description) <= 2000),
  query jsonb not null,
  owner_id uuid not null references core.member,
  target numeric check (target > 0 and target <= 1),
  notes text[] not null default '{}',
  -- Its place among the tiles of Today, or null.
  place integer,
  created_at timestamptz not null,
  changed_at timestamptz not null,
  deleted_at timestamptz
);
create index saved_insight_list on analytics.saved_insight (workspace_id, changed_at desc) where deleted_at is null;
call core.protect('analytics.saved_insight');

-- Links that show the answer of one insight to whoever has them; only the hash of each is kept.
create table analytics.insight_share (
  id uuid primary key,
  workspace_id uuid not null references core.workspace,
  insight_id uuid not null references analytics.saved_insight on delete cascade,
  token_hash bytea not null,
  created_by text not null,
  created_at timestamptz not null,
  revoked_at timestamptz,
  constraint insight_share_token unique (token_hash)
);
create index insight_share_insight on analytics.insight_share (workspace_id, insight_id, created_at);
call core.protect('analytics.insight_share');

-- What happened on a day, shown on every time axis.
create table analytics.annotation (
  id uuid primary key,
  workspace_id uuid not null references core.workspace,
  day date not null,
  text text not null check (length(text) between 1 and 200),
  created_by text not null,
  created_at timestamptz not null
);
create index annotation_day on analytics.annotation (workspace_id, day);
call core.protect('analytics.annotation');
