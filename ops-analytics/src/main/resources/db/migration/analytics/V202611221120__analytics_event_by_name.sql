-- The newest events of one name: without it a rare name is looked for through the whole log.
create index event_name on analytics.event (workspace_id, name, received_at desc, seq desc);
