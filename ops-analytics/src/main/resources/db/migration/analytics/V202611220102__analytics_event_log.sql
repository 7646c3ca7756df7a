-- The log. Readers follow (tx, seq) below the oldest running transaction; see docs/adr on the event log.
create table analytics.event (
  tx xid8 not null default pg_current_xact_id(),
  seq bigint generated always as identity,
  workspace_id uuid not null,
  source_id uuid not null,
  message_id text not null,
  person_id uuid not null,
  user_id text,
  anonymous_id text,
  previous_id text,
  group_id text,
  type text not null,
  name text not null,
  at timestamptz not null,
  received_at timestamptz not null,
  original_at text,
  -- 1 clamped, 2 sanitized, 4 an identifier was a placeholder
  flags smallint not null,
  props jsonb not null,
  context jsonb not null
) partition by range (received_at);
create index event_log on analytics.event (tx, seq);
create index event_newest on analytics.event (workspace_id, received_at desc, seq desc);
create index event_person on analytics.event (workspace_id, person_id, at);
call core.protect('analytics.event');

-- Makes the partitions from the month before last to the month of `until`. The intake may insert into a partition
-- and nobody else may touch it: everyone reads through the parent, whose policies apply.
create function analytics.ensure_partitions(until date) returns void
language plpgsql security definer set search_path = '' as $$
declare
  month date := (date_trunc('month', now() at time zone 'UTC') - interval '2 months')::date;
  leaf text;
begin
  perform pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtext('analytics.event'));
  set local lock_timeout = '10s';
  while month <= until loop
    leaf := 'event_' || to_char(month, 'YYYYMM');
    if to_regclass('analytics.' || leaf) is null then
      execute format('create table analytics.%I (like analytics.event including defaults)', leaf);
      execute format('alter table analytics.%I add constraint %I check (received_at >= %L and received_at < %L)',
        leaf, leaf || '_month', month::text || ' 00:00:00+00', (month + interval '1 month')::date::text || ' 00:00:00+00');
      execute format('alter table analytics.event attach partition analytics.%I for values from (%L) to (%L)',
        leaf, month::text || ' 00:00:00+00', (month + interval '1 month')::date::text || ' 00:00:00+00');
      execute format('revoke all on analytics.%I from public, opsdeck_app, opsdeck_system', leaf);
      execute format('grant insert on analytics.%I to opsdeck_intake', leaf);
    end if;
    month := (month + interval '1 month')::date;
  end loop;
end $$;
revoke all on function analytics.ensure_partitions(date) from public;
grant execute on function analytics.ensure_partitions(date) to opsdeck_intake, opsdeck_system;
select analytics.ensure_partitions((now() + interval '40 days')::date);
-- Only the intake writes events; retention and erasure remove them.
revoke insert, update, delete on analytics.event from opsdeck_app;
revoke insert, update on analytics.event from opsdeck_system;

-- One row per message and source for 30 days. Without a workspace: nobody but the intake looks at it.
create table analytics.seen (
  source_id uuid not null,
  hash uuid not null,
  day date not null,
  primary key (source_id, hash)
) partition by hash (hash);
do $$ begin
  for part in 0..7 loop
    execute format('create table analytics.seen_%s partition of analytics.seen for values with (modulus 8, remainder %s)', part, part);
    execute format('revoke all on analytics.seen_%s from opsdeck_app, opsdeck_system', part);
  end loop;
end $$;
create index seen_day on analytics.seen using brin (day);
revoke all on analytics.seen from opsdeck_app;
revoke insert, update on analytics.seen from opsdeck_system;
grant select, insert on analytics.seen to opsdeck_intake;

create table analytics.quarantine (
  id uuid primary key,
  workspace_id uuid not null references core.workspace,
  source_id uuid not null references analytics.source on delete cascade,
  message_id text not null,
  -- The event as it was sent, with the parts of its batch that it needs; text, since it may be no valid jsonb.
  call text not null,
  raw text not null,
  batch_context text,
  sent_at text,
  reason text not null,
  pointer text,
  received_at timestamptz not null,
  replayed_at timestamptz,
  constraint quarantine_message unique (source_id, message_id)
);
create index quarantine_newest on analytics.quarantine (workspace_id, received_at desc, id desc);
create index quarantine_age on analytics.quarantine (received_at);
call core.protect('analytics.quarantine');
call analytics.open_to_intake('analytics.quarantine');
grant select, insert on analytics.quarantine to opsdeck_intake;
