-- What the last look at each invariant found; of the installation, not of a workspace.
create table core.invariant_result (
  key text primary key,
  checked_at timestamptz not null,
  -- Null where it could not be looked at.
  violations bigint,
  sample text,
  millis bigint not null
);
revoke all on core.invariant_result from opsdeck_app;

-- Rows that refer to a row of another workspace, over every key between two tables of workspaces.
create function core.rows_across_workspaces() returns table (violations bigint, sample text)
language plpgsql stable set search_path = '' as $$
declare
  k record;
  found_here bigint;
begin
  violations := 0;
  for k in
    select con.conrelid::pg_catalog.regclass as child, con.confrelid::pg_catalog.regclass as parent,
      (select pg_catalog.string_agg(pg_catalog.format('c.%I = p.%I', a.attname, b.attname), ' and ')
        from unnest(con.conkey, con.confkey) as pair (mine, theirs)
        join pg_catalog.pg_attribute a on a.attrelid = con.conrelid and a.attnum = pair.mine
        join pg_catalog.pg_attribute b on b.attrelid = con.confrelid and b.attnum = pair.theirs) as match
    from pg_catalog.pg_constraint con
    where con.contype = 'f' and con.conparentid = 0
      and exists (select from pg_catalog.pg_attribute a
        where a.attrelid = con.conrelid and a.attname = 'workspace_id' and not a.attisdropped)
      and exists (select from pg_catalog.pg_attribute a
        where a.attrelid = con.confrelid and a.attname = 'workspace_id' and not a.attisdropped)
    order by 1, 2
  loop
    execute pg_catalog.format(
      'select pg_catalog.count(*) from %s c join %s p on %s where c.workspace_id <> p.workspace_id', k.child, k.parent, k.match)
      into found_here;
    violations := violations + found_here;
    if found_here > 0 and sample is null then
      sample := k.child::text;
    end if;
  end loop;
  return next;
end $$;
