-- What webhooks were last told of the quarantine of each source. What is there already is not told.
create table analytics.quarantine_told (
  source_id uuid primary key references analytics.source on delete cascade,
  workspace_id uuid not null references core.workspace,
  quarantined bigint not null,
  at timestamptz not null
);
call core.protect('analytics.quarantine_told');
insert into analytics.quarantine_told (source_id, workspace_id, quarantined, at)
  select source_id, workspace_id, quarantined, now() from analytics.source_count;
