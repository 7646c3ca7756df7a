-- What is known about a person; the id is the person's. How often and when somebody was seen last is apart, in
-- users.activity: it changes with every event, and would rewrite this wide row and its search indexes each time.
create table users.profile (
  id uuid primary key,
  workspace_id uuid not null references core.workspace,
  -- The user id of the earliest event that carried one; null is somebody who never signed in.
  user_id text,
  user_id_since timestamptz,
  -- Taken from the traits for lists and look-up: the e-mail address in lower case, the phone number without its format.
  name text,
  email text,
  phone text,
  traits jsonb not null default '{}',
  -- Per trait, also a removed one, [milliseconds, log sequence] of the event that set it.
  trait_stamps jsonb not null default '{}',
  first_seen_at timestamptz not null,
  -- A random number that does not change: the profiles below n are a sample of n in 256.
  bucket smallint not null generated always as (get_byte(uuid_send(id), 15)) stored,
  search text not null generated always as (lower(E'\n' || coalesce(name, '') || E'\n' || coalesce(email, '') || E'\n'
    || coalesce(phone, '') || E'\n' || coalesce(user_id, ''))) stored,
  constraint profile_user_id check ((user_id is null) = (user_id_since is null))
);
create index profile_first_seen on users.profile (workspace_id, first_seen_at, id);
create index profile_sample on users.profile (workspace_id, bucket);
create index profile_email on users.profile (workspace_id, email) where email is not null;
create index profile_phone on users.profile (workspace_id, phone) where phone is not null;
create index profile_search on users.profile using gin (workspace_id, search public.gin_trgm_ops);
create index profile_traits on users.profile using gin (workspace_id, traits jsonb_path_ops);
call core.protect('users.profile');

create table users.activity (
  profile_id uuid primary key references users.profile on delete cascade,
  workspace_id uuid not null references core.workspace,
  last_seen_at timestamptz not null,
  events bigint not null
) with (fillfactor = 80);
create index activity_last_seen on users.activity (workspace_id, last_seen_at, profile_id);
call core.protect('users.activity');

-- Exact totals: a list says "12 of 1,000,000" and cannot count the million each time.
create table users.profile_count (
  workspace_id uuid primary key references core.workspace,
  profiles bigint not null,
  identified bigint not null
) with (fillfactor = 50);
call core.protect('users.profile_count');

create function users.count_inserted() returns trigger language plpgsql set search_path = '' as $$
begin
  insert into users.profile_count as c (workspace_id, profiles, identified)
  select n.workspace_id, count(*), count(n.user_id) from news n group by n.workspace_id
  on conflict (workspace_id) do update
  set profiles = c.profiles + excluded.profiles, identified = c.identified + excluded.identified;
  return null;
end $$;
create function users.count_updated() returns trigger language plpgsql set search_path = '' as $$
begin
  update users.profile_count c set identified = c.identified + d.change
  from (
    select workspace_id, sum(known)::bigint as change
    from (
      select n.workspace_id, (n.user_id is not null)::int as known from news n
      union all
      select o.workspace_id, -(o.user_id is not null)::int from olds o
    ) each_row group by workspace_id
  ) d
  where d.change <> 0 and c.workspace_id = d.workspace_id;
  return null;
end $$;
create function users.count_deleted() returns trigger language plpgsql set search_path = '' as $$
begin
  update users.profile_count c set profiles = c.profiles - d.profiles, identified = c.identified - d.identified
  from (select o.workspace_id, count(*) as profiles, count(o.user_id) as identified from olds o group by o.workspace_id) d
  where c.workspace_id = d.workspace_id;
  return null;
end $$;
create trigger profile_inserted after insert on users.profile referencing new table as news
  for each statement execute function users.count_inserted();
create trigger profile_updated after update on users.profile referencing old table as olds new table as news
  for each statement execute function users.count_updated();
create trigger profile_deleted after delete on users.profile referencing old table as olds
  for each statement execute function users.count_deleted();

-- Row-level security keeps the operators of search and traits away from their indexes, since they are not leakproof.
-- These functions look at the workspace themselves, with the owner's rights, and return ids only.
create function users.profiles_by_text(pattern text, most integer) returns setof uuid
language sql stable security definer set search_path = '' as $$
  select p.id from users.profile p
  where p.workspace_id = core.current_workspace() and p.search operator(pg_catalog.~~) pg_catalog.lower(pattern) limit most
$$;
create function users.profiles_by_traits(path jsonpath, most integer) returns setof uuid
language sql stable security definer set search_path = '' as $$
  select p.id from users.profile p
  where p.workspace_id = core.current_workspace() and p.traits operator(pg_catalog.@@) path limit most
$$;
revoke all on function users.profiles_by_text(text, integer), users.profiles_by_traits(jsonpath, integer) from public;
grant execute on function users.profiles_by_text(text, integer), users.profiles_by_traits(jsonpath, integer)
  to opsdeck_app, opsdeck_system;

-- How far a reader of the logs of analytics has come; its row is locked while it writes what it read.
create table users.log_cursor (
  reader text primary key,
  event_tx xid8 not null default '0',
  event_seq bigint not null default 0,
  alias_tx xid8 not null default '0',
  alias_seq bigint not null default 0
);
insert into users.log_cursor (reader) values ('profile');
revoke all on users.log_cursor from opsdeck_app;
revoke insert, delete on users.log_cursor from opsdeck_system;
