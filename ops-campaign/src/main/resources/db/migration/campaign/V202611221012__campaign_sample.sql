-- Which workspaces hold the sample.
create table campaign.sample_workspace (
  workspace_id uuid primary key references core.workspace,
  -- By how many days the dates of the data were moved.
  days_moved int not null,
  loaded_at timestamptz not null
);
call core.protect('campaign.sample_workspace');
