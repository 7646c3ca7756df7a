-- The second step of a member's sign-in; members belong to no workspace. Without confirmed_at nobody has shown a code yet.
create table core.two_step (
  member_id uuid primary key references core.member,
  key bytea not null,
  begun_at timestamptz not null,
  confirmed_at timestamptz,
  -- Codes of this step and of those before it are used up.
  last_step bigint not null
);

create table core.recovery_code (
  member_id uuid not null references core.two_step on delete cascade,
  code_hash bytea not null,
  used_at timestamptz,
  primary key (member_id, code_hash)
);

-- Workspaces that let in only those who have a second step.
create table core.two_step_requirement (
  workspace_id uuid primary key references core.workspace,
  since timestamptz not null
);
call core.protect('core.two_step_requirement');

-- Whoever forgot a password: at most one link works for a member, and once.
create table core.password_reset (
  member_id uuid primary key references core.member,
  code_hash bytea not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  constraint password_reset_code unique (code_hash)
);

-- What was typed into the page, until somebody looks whether there is such a member.
create table core.password_reset_request (
  id uuid primary key,
  mail text not null,
  asked_at timestamptz not null
);
