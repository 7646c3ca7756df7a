-- Backups read these comments; see io.opsdeck.core.backup.Catalog.
comment on column users.log_cursor.event_tx is 'backup: cursor of analytics.event with event_seq';
comment on column users.log_cursor.alias_tx is 'backup: cursor of analytics.person_alias with alias_seq';
