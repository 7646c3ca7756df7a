-- Sources that are gone; the upkeep removes what the deduplication remembers of them.
create table analytics.removed_source (
  id uuid primary key
);
create function analytics.note_removed_source() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  insert into analytics.removed_source (id) values (old.id) on conflict do nothing;
  return old;
end $$;
create trigger source_removed after delete on analytics.source
  for each row execute function analytics.note_removed_source();
