-- Persons by their ids, for the lists. Behind the policy every look-up by id also has a condition on the workspace, and
-- where the statistics do not know the workspace yet, the planner takes any index that begins with it for as good as the
-- primary key: each look-up then reads all profiles of the workspace. Here the workspace is compared after the look-up
-- (offset 0 keeps it there), which leaves nothing to choose. Asked without "seen" it does not look at the activity.
create function users.people_of(ids uuid[], seen boolean)
returns table (nr bigint, id uuid, user_id text, name text, email text, phone text, traits jsonb, search text,
  first_seen_at timestamptz, last_seen_at timestamptz, events bigint)
language sql stable security definer set search_path = '' as $$
  select m.nr, p.id, p.user_id, p.name, p.email, p.phone, p.traits, p.search, p.first_seen_at, a.last_seen_at, a.events
  from pg_catalog.unnest(ids) with ordinality m (id, nr)
  cross join lateral (select p.* from users.profile p where p.id = m.id offset 0) p
  left join lateral (select a.* from users.activity a where seen and a.profile_id = m.id offset 0) a on true
  where p.workspace_id = (select core.current_workspace())
$$;
revoke all on function users.people_of(uuid[], boolean) from public;
grant execute on function users.people_of(uuid[], boolean) to opsdeck_app, opsdeck_system;
