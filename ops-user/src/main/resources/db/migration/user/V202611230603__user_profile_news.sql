-- Profiles that were created or merged, where webhooks ask for it; told and removed within seconds.
create table users.profile_news (
  id bigint generated always as identity primary key,
  workspace_id uuid not null references core.workspace,
  profile_ids uuid[] not null,
  -- What each of them became by a merge; null for profiles that were created.
  into_ids uuid[]
);
create index profile_news_workspace on users.profile_news (workspace_id, id);
call core.protect('users.profile_news');
