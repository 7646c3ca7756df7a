-- Counts by reason without looking at the events.
create index quarantine_reason on analytics.quarantine (workspace_id, reason) where replayed_at is null;
