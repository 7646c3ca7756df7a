-- What each flush of the intake counted and nobody has added to the dictionary yet. Written and emptied by the intake
-- alone, about once a second; without a reference, so that a workspace can be deleted meanwhile.
create table analytics.dictionary_tally (
  workspace_id uuid not null,
  event text not null,
  -- None: the event itself
  property text,
  types smallint not null,
  count int not null,
  first_seen_at timestamptz not null,
  last_seen_at timestamptz not null
) with (autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_scale_factor = 0);
call core.protect('analytics.dictionary_tally');
call analytics.open_to_intake('analytics.dictionary_tally');
grant select, insert, delete on analytics.dictionary_tally to opsdeck_intake;
