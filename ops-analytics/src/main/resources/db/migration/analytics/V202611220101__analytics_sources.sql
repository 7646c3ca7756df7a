-- The intake role crosses workspaces, but only in the tables it is granted one by one.
create procedure analytics.open_to_intake(target regclass) language plpgsql as $$
begin
  execute format('create policy intake on %s to opsdeck_intake using (true)', target);
end $$;

create table analytics.source (
  id uuid primary key,
  workspace_id uuid not null references core.workspace,
  name text not null check (length(name) between 1 and 120),
  kind text not null,
  write_key_hash bytea not null,
  write_key_prefix text not null,
  -- The oldest event time taken; null is five years back from the moment of arrival.
  accept_from date,
  created_at timestamptz not null,
  disabled_at timestamptz,
  constraint source_write_key unique (write_key_hash)
);
create index source_workspace on analytics.source (workspace_id, created_at);
call core.protect('analytics.source');
call analytics.open_to_intake('analytics.source');
grant select on analytics.source to opsdeck_intake;

-- Apart from the source, since every flush updates it.
create table analytics.source_count (
  source_id uuid primary key references analytics.source on delete cascade,
  workspace_id uuid not null references core.workspace,
  accepted bigint not null default 0,
  duplicate bigint not null default 0,
  rejected bigint not null default 0,
  quarantined bigint not null default 0,
  last_event_at timestamptz
) with (fillfactor = 50);
call core.protect('analytics.source_count');
call analytics.open_to_intake('analytics.source_count');
grant select, insert, update on analytics.source_count to opsdeck_intake;
