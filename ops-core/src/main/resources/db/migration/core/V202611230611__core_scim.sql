-- Disabled in one workspace; the member may go on in others.
alter table core.membership add disabled_at timestamptz;

-- The workspace whose identity provider made the member, while he is nobody else's.
alter table core.member add provisioned_in uuid;

-- What an identity provider says of a member.
create table core.scim_user (
  workspace_id uuid not null references core.workspace,
  member_id uuid not null,
  user_name text not null,
  external_id text,
  display_name text,
  given_name text,
  family_name text,
  mail text,
  changed_at timestamptz not null,
  primary key (workspace_id, member_id),
  foreign key (workspace_id, member_id) references core.membership on delete cascade
);
create unique index scim_user_name on core.scim_user (workspace_id, lower(user_name));
create index scim_user_external on core.scim_user (workspace_id, external_id);
call core.protect('core.scim_user');

create table core.scim_group (
  workspace_id uuid not null references core.workspace,
  id uuid not null,
  display_name text not null,
  external_id text,
  role text,
  added_role uuid generated always as (case when role ~ '^[0-9a-f]{8}-' then role::uuid end) stored,
  created_at timestamptz not null,
  changed_at timestamptz not null,
  primary key (workspace_id, id),
  constraint scim_group_role foreign key (workspace_id, added_role) references core.role (workspace_id, id)
);
create unique index scim_group_name on core.scim_group (workspace_id, lower(display_name));
call core.protect('core.scim_group');

create table core.scim_group_member (
  workspace_id uuid not null references core.workspace,
  group_id uuid not null,
  member_id uuid not null,
  primary key (workspace_id, group_id, member_id),
  foreign key (workspace_id, group_id) references core.scim_group on delete cascade,
  foreign key (workspace_id, member_id) references core.membership on delete cascade
);
create index scim_group_member_member on core.scim_group_member (workspace_id, member_id);
call core.protect('core.scim_group_member');

-- Asked before a workspace changes what a member is called in all of his; says yes or no and nothing else.
create function core.belongs_elsewhere(who uuid) returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (select from core.membership where member_id = who and workspace_id is distinct from core.current_workspace())
$$;
revoke all on function core.belongs_elsewhere(uuid) from public;
grant execute on function core.belongs_elsewhere(uuid) to opsdeck_app;
