-- A person is opaque here: an id, and which identifiers lead to it.
create table analytics.person (
  id uuid primary key,
  workspace_id uuid not null references core.workspace,
  -- Has a user id. Tracking never merges such a person into another one.
  identified boolean not null,
  -- The surviving person, always one that is not merged itself.
  merged_into uuid references analytics.person,
  first_seen_at timestamptz not null
);
create index person_workspace on analytics.person (workspace_id, first_seen_at);
create index person_merged on analytics.person (merged_into) where merged_into is not null;
call core.protect('analytics.person');
call analytics.open_to_intake('analytics.person');
grant select, insert, update on analytics.person to opsdeck_intake;

create table analytics.identifier (
  workspace_id uuid not null references core.workspace,
  kind text not null check (kind in ('user', 'anonymous')),
  value text not null,
  person_id uuid not null references analytics.person on delete cascade,
  primary key (workspace_id, kind, value)
);
create index identifier_person on analytics.identifier (person_id);
call core.protect('analytics.identifier');
call analytics.open_to_intake('analytics.identifier');
grant select, insert, update on analytics.identifier to opsdeck_intake;

-- Followed like the event log: from the transaction on, `person_id` means `canonical_id`.
create table analytics.person_alias (
  tx xid8 not null default pg_current_xact_id(),
  seq bigint generated always as identity,
  workspace_id uuid not null references core.workspace,
  person_id uuid not null,
  canonical_id uuid not null,
  at timestamptz not null
);
create index person_alias_log on analytics.person_alias (tx, seq);
create index person_alias_person on analytics.person_alias (workspace_id, person_id);
call core.protect('analytics.person_alias');
call analytics.open_to_intake('analytics.person_alias');
revoke update, delete on analytics.person_alias from opsdeck_app;
grant insert on analytics.person_alias to opsdeck_intake;
