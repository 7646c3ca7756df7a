-- Profiles that were there before the column stores followed traits.
insert into analytics.person_traits (person_id, workspace_id, tx, seq, traits, internal)
select id, workspace_id, pg_current_xact_id(), nextval('analytics.person_traits_seq'), traits,
  coalesce(traits -> 'internal' = 'true'::jsonb, false)
from users.profile where traits <> '{}';
