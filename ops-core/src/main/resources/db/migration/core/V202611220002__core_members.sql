create table core.workspace (
  id uuid primary key,
  name text not null check (length(name) between 1 and 120),
  time_zone text not null,
  week_start text not null,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  locale text not null,
  version integer not null default 0,
  created_at timestamptz not null
);

create table core.member (
  id uuid primary key,
  mail text not null check (mail = lower(mail)),
  name text not null,
  password_hash text not null,
  disabled_at timestamptz,
  -- Sessions that began before this moment are over.
  sessions_after timestamptz not null,
  locale text,
  last_seen_at timestamptz,
  version integer not null default 0,
  created_at timestamptz not null,
  constraint member_mail unique (mail)
);

create table core.membership (
  workspace_id uuid not null references core.workspace,
  member_id uuid not null references core.member,
  role text not null,
  version integer not null default 0,
  created_at timestamptz not null,
  primary key (workspace_id, member_id)
);
create index membership_member on core.membership (member_id);
call core.protect('core.membership');

create table core.invitation (
  id uuid primary key,
  workspace_id uuid not null references core.workspace,
  mail text not null,
  role text not null,
  code_hash bytea not null,
  invited_by uuid not null references core.member,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  accepted_at timestamptz,
  withdrawn_at timestamptz,
  version integer not null default 0,
  constraint invitation_code unique (code_hash)
);
create index invitation_workspace on core.invitation (workspace_id, created_at);
call core.protect('core.invitation');

-- Only the cells that differ from the presets.
create table core.role_permission (
  workspace_id uuid not null references core.workspace,
  role text not null,
  permission text not null,
  allowed boolean not null,
  primary key (workspace_id, role, permission)
);
call core.protect('core.role_permission');

-- A token without a workspace acts in the one that the request names, as far as its owner may.
create table core.api_token (
  id uuid primary key,
  workspace_id uuid references core.workspace,
  member_id uuid not null references core.member,
  name text not null,
  prefix text not null,
  token_hash bytea not null,
  scopes text[] not null,
  created_at timestamptz not null,
  expires_at timestamptz,
  last_used_at timestamptz,
  revoked_at timestamptz,
  constraint api_token_hash unique (token_hash)
);
create index api_token_workspace on core.api_token (workspace_id, created_at);
call core.protect('core.api_token');

create table core.sign_in_throttle (
  subject bytea primary key,
  failures integer not null,
  last_failure_at timestamptz not null,
  blocked_until timestamptz
);

create table core.set_up_code (
  only_one boolean primary key default true check (only_one),
  code_hash bytea not null,
  expires_at timestamptz not null
);

create table core.audit_entry (
  id uuid primary key,
  workspace_id uuid not null references core.workspace,
  at timestamptz not null,
  actor_kind text not null,
  actor_id uuid,
  actor_name text not null,
  action text not null,
  object_type text not null,
  object_id text not null,
  object_name text not null,
  before jsonb,
  after jsonb,
  request_id text,
  address text
);
create index audit_entry_newest on core.audit_entry (workspace_id, at desc, id desc);
call core.protect('core.audit_entry');
revoke update, delete on core.audit_entry from opsdeck_app, opsdeck_system;

-- A token of the whole installation is stored without a workspace; reading it back takes the system role.
create policy installation on core.api_token for insert to opsdeck_app
  with check (workspace_id is null and core.current_workspace() is not null);
