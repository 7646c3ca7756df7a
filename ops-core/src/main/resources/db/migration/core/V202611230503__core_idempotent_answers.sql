-- What a request with an Idempotency-Key was answered: its repetition changes nothing and reads the same. Kept for 7 days.
create table core.idempotent_answer (
  workspace_id uuid not null references core.workspace,
  -- The token that asked.
  actor_id uuid not null,
  -- Method and pattern of the address.
  route text not null,
  key text not null check (length(key) between 1 and 255),
  -- SHA-256 of method, address and body: another request under the same key is refused.
  fingerprint bytea not null,
  status smallint not null,
  headers jsonb not null,
  -- Sealed, since answers hold secrets that are shown once.
  body bytea not null,
  created_at timestamptz not null default now(),
  primary key (workspace_id, actor_id, route, key)
);
create index idempotent_answer_age on core.idempotent_answer (created_at);
call core.protect('core.idempotent_answer');
