-- Removes the current workspace with everything that belongs to it: table by table, first those that nothing refers to
-- any more. Runs as the owner, since the application may not delete from append-only tables; it can only name the
-- workspace that its transaction is in.
create function core.delete_current_workspace() returns void
language plpgsql security definer set search_path = '' as $$
declare
  gone uuid := core.current_workspace();
  left_over oid[] := array(
    select c.oid from pg_catalog.pg_class c join pg_catalog.pg_attribute a on a.attrelid = c.oid
    where c.relkind in ('r', 'p') and not c.relispartition and a.attname = 'workspace_id' and not a.attisdropped);
  next oid;
begin
  if gone is null then
    raise exception 'no workspace is set';
  end if;
  -- Whoever adds a row to the workspace has to share this lock: he is waited for, or finds the workspace gone.
  perform 1 from core.workspace where id = gone for update;
  while pg_catalog.cardinality(left_over) > 0 loop
    select t into next from pg_catalog.unnest(left_over) t
    where not exists (select from pg_catalog.pg_constraint k
      where k.contype = 'f' and k.confrelid = t and k.conrelid <> t and k.conrelid = any(left_over)) limit 1;
    if next is null then
      raise exception 'tables refer to each other in a circle';
    end if;
    execute pg_catalog.format('delete from %s where workspace_id = $1', next::pg_catalog.regclass) using gone;
    left_over := pg_catalog.array_remove(left_over, next);
  end loop;
  delete from core.workspace where id = gone;
end $$;
revoke all on function core.delete_current_workspace() from public;
grant execute on function core.delete_current_workspace() to opsdeck_app;
