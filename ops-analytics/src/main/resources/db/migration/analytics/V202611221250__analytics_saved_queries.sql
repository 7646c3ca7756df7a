-- Statements of the SQL workbench under a name, shared by everybody who may run SQL.
create table analytics.saved_query (
  id uuid primary key,
  workspace_id uuid not null references core.workspace,
  name text not null,
  sql text not null,
  owner_id uuid not null references core.member,
  changed_at timestamptz not null
);
create unique index saved_query_name on analytics.saved_query (workspace_id, lower(name));
call core.protect('analytics.saved_query');
