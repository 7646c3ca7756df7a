-- A filter that somebody keeps under a name; query is the part of an address behind the question mark.
create table core.saved_view (
  id uuid primary key,
  workspace_id uuid not null references core.workspace,
  page text not null check (length(page) between 1 and 60),
  owner_id uuid not null references core.member,
  name text not null check (length(name) between 1 and 60),
  query text not null check (length(query) between 1 and 2000),
  shared boolean not null,
  created_at timestamptz not null
);
create unique index saved_view_name on core.saved_view (workspace_id, page, owner_id, lower(name));
call core.protect('core.saved_view');
