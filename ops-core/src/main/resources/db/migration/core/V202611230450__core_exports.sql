-- Lists that were asked for as files. An export is named by its job and belongs to the member who asked.
create table core.export (
  job_id uuid primary key references core.job on delete cascade,
  workspace_id uuid not null references core.workspace,
  member_id uuid not null references core.member,
  list text not null,
  format text not null check (format in ('CSV', 'XLSX')),
  filter text not null,
  -- From here on null until the file is complete; the file alone is null again when its day is over.
  file_id uuid references core.file on delete set null,
  rows bigint,
  truncated boolean,
  -- Contact data stands in it unmasked.
  clear boolean,
  expires_at timestamptz
);
create index export_file on core.export (file_id) where file_id is not null;
create index export_member on core.export (workspace_id, member_id);
call core.protect('core.export');
