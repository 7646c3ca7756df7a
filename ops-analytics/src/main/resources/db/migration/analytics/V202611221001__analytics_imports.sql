-- A file that a member brought, and how its columns are read. Its runs, rehearsed or real, are jobs.
create table analytics.data_import (
  id uuid primary key,
  workspace_id uuid not null references core.workspace,
  file_id uuid not null references core.file,
  file_name text not null,
  charset text not null,
  delimiter text not null,
  header text[] not null,
  rows bigint not null,
  -- The first rows, an array of arrays of text.
  sample jsonb not null,
  mapping jsonb not null,
  source_id uuid references analytics.source,
  rehearsal_id uuid references core.job,
  job_id uuid references core.job,
  created_by text not null,
  created_at timestamptz not null
);
create index data_import_newest on analytics.data_import (workspace_id, id desc);
call core.protect('analytics.data_import');

-- The rows that a run could not take, as they stood in the file.
create table analytics.import_error (
  job_id uuid not null references core.job on delete cascade,
  line bigint not null,
  workspace_id uuid not null references core.workspace,
  column_name text,
  value text,
  code text not null,
  cells text[] not null,
  primary key (job_id, line)
);
call core.protect('analytics.import_error');

-- The rows of a grouped file on their way to their events: the database sorts them by group.
create table analytics.import_row (
  job_id uuid not null references core.job on delete cascade,
  group_key text collate "C" not null,
  line bigint not null,
  workspace_id uuid not null references core.workspace,
  cells text[] not null,
  primary key (job_id, group_key, line)
);
call core.protect('analytics.import_row');
