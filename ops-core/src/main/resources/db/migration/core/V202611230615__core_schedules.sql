-- Each attempt at a job and what became of it; outcome is null while it is under way.
create table core.job_attempt (
  job_id uuid not null references core.job on delete cascade,
  number int not null,
  workspace_id uuid not null references core.workspace,
  begun_at timestamptz not null,
  ended_at timestamptz,
  outcome text check (outcome in ('SUCCEEDED', 'FAILED', 'CANCELLED', 'RETRIED', 'RELEASED', 'LOST')),
  error_code text,
  error_detail text,
  primary key (job_id, number)
);
call core.protect('core.job_attempt');

alter table core.job drop constraint job_state_check;
alter table core.job add constraint job_state_check
  check (state in ('WAITING', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED', 'DISCARDED'));
create index job_failed on core.job (workspace_id) where state = 'FAILED';

-- Members who asked for a mail at its end.
alter table core.job add column mail_to uuid[] not null default '{}';

-- What members want done again and again: a time on the wall of a zone.
create table core.schedule (
  id uuid primary key,
  workspace_id uuid not null references core.workspace,
  kind text not null,
  name text not null check (length(name) between 1 and 120),
  parameters jsonb not null,
  frequency text not null check (frequency in ('DAILY', 'WEEKLY', 'MONTHLY')),
  day int not null check (day between 0 and 31),
  at time not null,
  zone text not null,
  paused boolean not null default false,
  member_id uuid not null references core.member,
  next_at timestamptz not null,
  created_at timestamptz not null
);
create index schedule_due on core.schedule (next_at) where not paused;
call core.protect('core.schedule');

-- The times at which it was due. The key lets any number of nodes start each of them once.
create table core.schedule_tick (
  schedule_id uuid not null references core.schedule on delete cascade,
  due_at timestamptz not null,
  workspace_id uuid not null references core.workspace,
  outcome text not null check (outcome in ('STARTED', 'MISSED', 'TOO_LATE', 'BY_HAND')),
  job_id uuid references core.job on delete set null,
  primary key (schedule_id, due_at)
);
call core.protect('core.schedule_tick');

-- Members who may have the file besides who asked for it.
alter table core.export add column recipients uuid[] not null default '{}';
