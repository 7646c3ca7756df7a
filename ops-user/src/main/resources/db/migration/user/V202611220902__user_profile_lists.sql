-- Who signed in, where that is rare; and user ids for look-up.
create index profile_user on users.profile (workspace_id, user_id) where user_id is not null;

-- The instant that a trait's text means: ISO 8601, in UTC where it names no offset; null where it is none.
create function users.instant_of(value text) returns timestamptz language sql stable as $$
  select case when value ~ '^\d{4}-\d{2}-\d{2}' and pg_input_is_valid(zoned, 'timestamptz') then zoned::timestamptz end
  from (select case when value ~ '\d{2}:\d{2}.*(Z|[+-]\d{2}(:?\d{2})?)$' then value else value || ' UTC' end as zoned) z
$$;

-- Per trait, also a removed one, [milliseconds, log sequence] of the event that set it. Apart from the profile: clients
-- say the same traits again and again, which changes these times alone and must not cost the indexes of the profile.
create table users.trait_stamp (
  profile_id uuid primary key references users.profile on delete cascade,
  workspace_id uuid not null references core.workspace,
  stamps jsonb not null
) with (fillfactor = 80);
call core.protect('users.trait_stamp');
insert into users.trait_stamp (profile_id, workspace_id, stamps)
select id, workspace_id, trait_stamps from users.profile where trait_stamps <> '{}';
alter table users.profile drop column trait_stamps;
