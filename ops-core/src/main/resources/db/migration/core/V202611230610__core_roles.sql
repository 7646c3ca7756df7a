-- Roles that a workspace added. The presets are in the code; what either allows is in core.role_permission.
create table core.role (
  workspace_id uuid not null references core.workspace,
  id uuid not null,
  name text not null check (name <> ''),
  description text not null,
  base text not null,
  created_at timestamptz not null,
  primary key (workspace_id, id)
);
create unique index role_name on core.role (workspace_id, lower(name));
call core.protect('core.role');

-- A role that somebody holds cannot go, whoever asks first. The key of an added role is its id, that of a preset a word.
alter table core.membership add added_role uuid
  generated always as (case when role ~ '^[0-9a-f]{8}-' then role::uuid end) stored;
alter table core.membership add constraint membership_role
  foreign key (workspace_id, added_role) references core.role (workspace_id, id);
create index membership_added_role on core.membership (workspace_id, added_role) where added_role is not null;

alter table core.invitation add added_role uuid generated always as (
  case when accepted_at is null and withdrawn_at is null and role ~ '^[0-9a-f]{8}-' then role::uuid end) stored;
alter table core.invitation add constraint invitation_role
  foreign key (workspace_id, added_role) references core.role (workspace_id, id);
create index invitation_added_role on core.invitation (workspace_id, added_role) where added_role is not null;
