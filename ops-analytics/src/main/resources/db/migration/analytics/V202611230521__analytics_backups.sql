-- Backups read these comments; see io.opsdeck.core.backup.Catalog.
comment on table analytics.event is 'backup: leaves by analytics.make_event_leaf';
comment on column analytics.event.tx is 'backup: log';
comment on column analytics.person_alias.tx is 'backup: log';
comment on column analytics.person_traits.tx is 'backup: log';
comment on column analytics.erasure.tx is 'backup: log';
comment on column analytics.log_epoch.id is 'backup: renewed';

-- One partition by its name, event_YYYYMM; nothing happens where it is there.
create function analytics.make_event_leaf(leaf text) returns void
language plpgsql set search_path = '' as $$
declare
  month timestamp := pg_catalog.to_date(pg_catalog.substr(leaf, 7), 'YYYYMM');
  first text := pg_catalog.to_char(month, 'YYYY-MM-DD') || ' 00:00:00+00';
  next text := pg_catalog.to_char(month + interval '1 month', 'YYYY-MM-DD') || ' 00:00:00+00';
begin
  if pg_catalog.to_regclass('analytics.' || leaf) is null then
    execute pg_catalog.format('create table analytics.%I (like analytics.event including defaults)', leaf);
    execute pg_catalog.format('alter table analytics.%I add constraint %I check (received_at >= %L and received_at < %L)',
      leaf, leaf || '_month', first, next);
    execute pg_catalog.format('alter table analytics.event attach partition analytics.%I for values from (%L) to (%L)',
      leaf, first, next);
    execute pg_catalog.format('revoke all on analytics.%I from public, opsdeck_app, opsdeck_system', leaf);
    execute pg_catalog.format('grant insert on analytics.%I to opsdeck_intake', leaf);
  end if;
end $$;
revoke all on function analytics.make_event_leaf(text) from public;

create or replace function analytics.ensure_partitions(until date) returns void
language plpgsql security definer set search_path = '' as $$
declare
  month date := (date_trunc('month', now() at time zone 'UTC') - interval '2 months')::date;
begin
  perform pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtext('analytics.event'));
  set local lock_timeout = '10s';
  while month <= until loop
    perform analytics.make_event_leaf('event_' || to_char(month, 'YYYYMM'));
    month := (month + interval '1 month')::date;
  end loop;
end $$;
