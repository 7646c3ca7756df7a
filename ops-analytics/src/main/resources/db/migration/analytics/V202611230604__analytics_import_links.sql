-- Addresses that files are imported from again and again.
create table analytics.import_link (
  id uuid primary key,
  workspace_id uuid not null references core.workspace,
  name text not null check (length(name) between 1 and 120),
  url text not null check (length(url) between 1 and 2000),
  -- Of the last file: what the server calls it, and its hash.
  etag text,
  last_modified text,
  sha256 text,
  fetch_id uuid references core.job,
  created_by text not null,
  created_at timestamptz not null
);
create index import_link_oldest on analytics.import_link (workspace_id, id);
call core.protect('analytics.import_link');
alter table analytics.data_import add link_id uuid references analytics.import_link on delete set null;
create index data_import_of_link on analytics.data_import (link_id, id desc) where link_id is not null;
