-- One schema per module. Everything the owner creates from here on is usable by the application and the system role.
create schema core;
create schema analytics;
create schema users;
create schema content;
create schema campaign;

grant usage on schema core, analytics, users, content, campaign to opsdeck_app, opsdeck_system, opsdeck_intake;
alter default privileges grant select, insert, update, delete on tables to opsdeck_app, opsdeck_system;
alter default privileges grant usage on sequences to opsdeck_app, opsdeck_system;

create extension if not exists pg_trgm;
create extension if not exists btree_gin;

create function core.current_workspace() returns uuid language sql stable
  return nullif(current_setting('opsdeck.workspace', true), '')::uuid;

-- Forced row-level security: the application sees the current workspace, the system role all of them.
create procedure core.protect(target regclass) language plpgsql as $$
begin
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format('create policy workspace on %s to opsdeck_app using (workspace_id = core.current_workspace())', target);
  execute format('create policy system on %s to opsdeck_system using (true)', target);
  execute format('create policy owner on %s to %I using (true)', target, current_user);
end $$;
