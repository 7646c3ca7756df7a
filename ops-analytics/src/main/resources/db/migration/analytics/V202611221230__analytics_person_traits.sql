-- What is known of each person now, for questions about behaviour: one row a person, written by whoever keeps profiles.
-- Followed like the event log; a row that changes takes the transaction of its change, so a reader that saw the older
-- one comes across the newer one later.
create sequence analytics.person_traits_seq;
create table analytics.person_traits (
  person_id uuid primary key,
  workspace_id uuid not null references core.workspace,
  tx xid8 not null,
  seq bigint not null,
  traits jsonb not null,
  -- A member of the team or a test profile; left out of every number unless it is asked for.
  internal boolean not null
);
create index person_traits_log on analytics.person_traits (workspace_id, tx, seq);
call core.protect('analytics.person_traits');

-- Who asked to be forgotten, followed like the event log. Holds no more than the id that means nothing by now.
create table analytics.erasure (
  tx xid8 not null default pg_current_xact_id(),
  seq bigint generated always as identity,
  workspace_id uuid not null references core.workspace,
  person_id uuid not null,
  at timestamptz not null
);
create index erasure_log on analytics.erasure (workspace_id, tx, seq);
call core.protect('analytics.erasure');
revoke update, delete on analytics.erasure from opsdeck_app;

-- The generation of the logs. Whoever restores a dump gives it a new one, and all that was derived is built again.
create table analytics.log_epoch (
  id uuid not null default gen_random_uuid()
);
insert into analytics.log_epoch default values;
revoke insert, update, delete on analytics.log_epoch from opsdeck_app, opsdeck_system;
