-- Which logs hold anything for the current workspace behind these positions, and the transaction up to which all have ended.
-- One look instead of four, since each question asks; by the indexes, whatever the planner thinks of the tables.
create function analytics.log_news(
  events_tx xid8, events_seq bigint, aliases_tx xid8, aliases_seq bigint,
  traits_tx xid8, traits_seq bigint, erasures_tx xid8, erasures_seq bigint)
  returns table (until text, events boolean, aliases boolean, traits boolean, erasures boolean)
  language plpgsql stable
  set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off as $$
declare
  ended constant xid8 := pg_snapshot_xmin(pg_current_snapshot());
begin
  return query select ended::text,
    exists (select from analytics.event e
      where e.tx >= events_tx and (e.tx, e.seq) > (events_tx, events_seq) and e.tx < ended),
    exists (select from analytics.person_alias e
      where e.tx >= aliases_tx and (e.tx, e.seq) > (aliases_tx, aliases_seq) and e.tx < ended),
    exists (select from analytics.person_traits e
      where e.tx >= traits_tx and (e.tx, e.seq) > (traits_tx, traits_seq) and e.tx < ended),
    exists (select from analytics.erasure e
      where e.tx >= erasures_tx and (e.tx, e.seq) > (erasures_tx, erasures_seq) and e.tx < ended);
end $$;
