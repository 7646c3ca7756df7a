-- What runs in the background. The scheduler only wakes a job; attempt, lease and cursor are kept here.
create table core.job (
  id uuid primary key,
  workspace_id uuid not null references core.workspace,
  kind text not null,
  subject text not null,
  state text not null check (state in ('WAITING', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED')),
  parameters jsonb not null,
  -- Counts the claims. Every write of a running job names the attempt, so one that lost its lease changes nothing.
  attempt int not null default 0,
  -- Claims since the cursor last moved: a job that brings the process down ends here too.
  failures int not null default 0,
  lease_until timestamptz,
  cursor text,
  done bigint not null default 0,
  total bigint,
  cancel_requested boolean not null default false,
  result jsonb,
  error_code text,
  error_arguments text[],
  error_detail text,
  actor_kind text not null,
  actor_id uuid,
  actor_name text not null,
  created_at timestamptz not null,
  started_at timestamptz,
  finished_at timestamptz
);
create index job_newest on core.job (workspace_id, id desc);
create index job_open on core.job (workspace_id) where state in ('WAITING', 'RUNNING');
call core.protect('core.job');

-- Files that members uploaded or jobs made, in pieces, so that they are saved, found and restored with everything else.
create table core.file (
  id uuid primary key,
  workspace_id uuid not null references core.workspace,
  name text not null,
  size bigint not null,
  sha256 bytea not null,
  created_at timestamptz not null
);
create index file_age on core.file (workspace_id, created_at);
call core.protect('core.file');

create table core.file_part (
  file_id uuid not null references core.file on delete cascade,
  number int not null,
  workspace_id uuid not null references core.workspace,
  bytes bytea not null,
  primary key (file_id, number)
);
alter table core.file_part alter column bytes set storage external;
call core.protect('core.file_part');
