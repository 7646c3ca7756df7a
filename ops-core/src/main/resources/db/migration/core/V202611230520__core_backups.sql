-- Backups read these comments; see io.opsdeck.core.backup.Catalog.
comment on table core.spring_session is 'backup: left out';
comment on table core.spring_session_attributes is 'backup: left out';
comment on table core.sign_in_throttle is 'backup: left out';

-- The backups that were made on schedule. Which node made one, and how it ended.
create table core.backup_run (
  id uuid primary key,
  started_at timestamptz not null default now(),
  -- Null while it is under way, or when its node died.
  ended_at timestamptz,
  file text not null,
  bytes bigint,
  rows bigint,
  error text
);
create index backup_run_newest on core.backup_run (started_at desc);
comment on table core.backup_run is 'backup: left out';

-- When this database was made of a backup. The next start notices, and holds back what leaves.
create table core.restoration (
  restored_at timestamptz primary key default now(),
  taken_at timestamptz not null,
  noticed_at timestamptz
);
