create table analytics.event_definition (
  workspace_id uuid not null references core.workspace,
  name text not null,
  status text not null default 'LIVE',
  owner_id uuid,
  description text not null default '',
  count bigint not null default 0,
  first_seen_at timestamptz,
  last_seen_at timestamptz,
  primary key (workspace_id, name)
) with (fillfactor = 70);
call core.protect('analytics.event_definition');
call analytics.open_to_intake('analytics.event_definition');
grant select, insert, update on analytics.event_definition to opsdeck_intake;

create table analytics.property_definition (
  workspace_id uuid not null references core.workspace,
  event text not null,
  name text not null,
  -- Bits of the observed types: 1 text, 2 number, 4 boolean, 8 object, 16 list
  types smallint not null default 0,
  pii text not null default 'UNKNOWN',
  description text not null default '',
  count bigint not null default 0,
  first_seen_at timestamptz,
  last_seen_at timestamptz,
  primary key (workspace_id, event, name)
) with (fillfactor = 70);
call core.protect('analytics.property_definition');
call analytics.open_to_intake('analytics.property_definition');
grant select, insert, update on analytics.property_definition to opsdeck_intake;

-- Events by day of arrival in UTC.
create table analytics.event_volume (
  workspace_id uuid not null references core.workspace,
  event text not null,
  day date not null,
  count bigint not null default 0,
  primary key (workspace_id, event, day)
) with (fillfactor = 70);
call core.protect('analytics.event_volume');
call analytics.open_to_intake('analytics.event_volume');
grant select, insert, update on analytics.event_volume to opsdeck_intake;
