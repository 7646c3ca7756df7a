-- From where a token was used in a workspace, so that a new place is noticed.
create table core.api_token_address (
  workspace_id uuid not null references core.workspace,
  token_id uuid not null references core.api_token on delete cascade,
  address text not null,
  first_used_at timestamptz not null default now(),
  primary key (workspace_id, token_id, address)
);
create index api_token_address_token on core.api_token_address (token_id);
call core.protect('core.api_token_address');
