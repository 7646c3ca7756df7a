-- What must leave: a row written in the transaction of the change, sent afterwards. Times are those of the database.
create table core.outbound (
  id uuid primary key,
  workspace_id uuid not null references core.workspace,
  kind text not null,
  -- What concurrency, throttle, breaker and freezes work by, such as an endpoint.
  lane text not null,
  -- The same key is the same delivery, however often it is planned.
  key text not null check (length(key) between 1 and 200),
  purpose text not null check (purpose in ('TRANSACTIONAL', 'SERVICE', 'MARKETING', 'CRISIS')),
  subject text not null,
  payload jsonb not null,
  state text not null check (state in
    ('PLANNED', 'CLAIMED', 'ATTEMPTING', 'DEFERRED', 'SENT', 'FAILED', 'SKIPPED', 'UNCERTAIN', 'CANCELLED')),
  due_at timestamptz not null,
  -- Counts the claims. Every write of a worker names the attempt, so one that lost its lease changes nothing.
  attempt int not null default 0,
  -- Counts the attempts that went out.
  tries int not null default 0,
  -- Claims in a row whose worker did not come back.
  lost int not null default 0,
  lease_until timestamptz,
  reason text,
  resend_of uuid references core.outbound,
  planned_at timestamptz not null default now(),
  ended_at timestamptz,
  constraint outbound_key unique (workspace_id, kind, key)
);
create index outbound_due on core.outbound (workspace_id, kind, lane, due_at, id) where state in ('PLANNED', 'DEFERRED');
create index outbound_leased on core.outbound (lease_until) where state in ('CLAIMED', 'ATTEMPTING');
create index outbound_newest on core.outbound (workspace_id, id desc);
create index outbound_newest_of_lane on core.outbound (workspace_id, kind, lane, id desc);
create index outbound_uncertain on core.outbound (workspace_id, kind, lane) where state = 'UNCERTAIN';
create index outbound_resend on core.outbound (resend_of) where resend_of is not null;
call core.protect('core.outbound');

-- What was said in each attempt; kept for 30 days.
create table core.outbound_attempt (
  outbound_id uuid not null references core.outbound on delete cascade,
  attempt int not null,
  workspace_id uuid not null references core.workspace,
  kind text not null,
  lane text not null,
  begun_at timestamptz not null default now(),
  ended_at timestamptz,
  -- Null while it is under way.
  outcome text check (outcome in ('SENT', 'RETRY', 'FAILED', 'UNCERTAIN')),
  reason text,
  request text,
  response text,
  body text,
  primary key (outbound_id, attempt)
);
create index outbound_attempt_age on core.outbound_attempt (begun_at);
create index outbound_attempt_of_lane on core.outbound_attempt (workspace_id, kind, lane, begun_at);
call core.protect('core.outbound_attempt');

create table core.outbound_lane (
  workspace_id uuid not null references core.workspace,
  kind text not null,
  lane text not null,
  -- Null for as fast as it goes.
  per_minute int check (per_minute > 0),
  next_slot_at timestamptz not null default now(),
  -- The other side asked for a pause.
  paused_until timestamptz,
  breaker text not null default 'CLOSED' check (breaker in ('CLOSED', 'OPEN', 'HALF_OPEN')),
  failures_in_row int not null default 0,
  recent int not null default 0,
  recent_failures int not null default 0,
  opened int not null default 0,
  -- When the next attempt may show whether the lane works again.
  probe_at timestamptz,
  primary key (workspace_id, kind, lane)
);
call core.protect('core.outbound_lane');

-- While one is in force, nothing in its scope leaves: the workspace, a kind, or a lane of a kind.
create table core.outbound_freeze (
  id uuid primary key,
  workspace_id uuid not null references core.workspace,
  kind text,
  lane text check (lane is null or kind is not null),
  reason text not null check (length(reason) between 1 and 500),
  by_name text not null,
  since timestamptz not null,
  lifted_at timestamptz,
  lifted_by text
);
create index outbound_freeze_in_force on core.outbound_freeze (workspace_id) where lifted_at is null;
call core.protect('core.outbound_freeze');
