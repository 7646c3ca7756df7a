package io.opsdeck.analytics.event;

import io.opsdeck.core.workspace.WorkspaceId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A row of the event log.
 *
 * @param position where it stands in the log
 * @param at when it happened, by the server's clock
 * @param originalAt the time as it was sent
 * @param clamped it claimed to come from the future and got the time of its arrival
 * @param sanitized a NUL or half a surrogate pair was replaced
 * @param props a JSON object
 * @param context a JSON object
 */
public record LoggedEvent(
        LogPosition position,
        WorkspaceId workspace,
        SourceId source,
        String messageId,
        PersonId person,
        @Nullable String userId,
        @Nullable String anonymousId,
        @Nullable String groupId,
        String type,
        String name,
        Instant at,
        Instant receivedAt,
        @Nullable String originalAt,
        boolean clamped,
        boolean sanitized,
        String props,
        String context) {

    static final String COLUMNS =
            "e.tx::text, e.seq, e.workspace_id, e.source_id, e.message_id, e.person_id, e.user_id,"
                    + " e.anonymous_id, e.group_id, e.type, e.name, e.at, e.received_at, e.original_at, e.flags, e.props::text,"
                    + " e.context::text";

    static LoggedEvent read(ResultSet row, int number) throws SQLException {
        int flags = row.getInt(15);
        return new LoggedEvent(
                new LogPosition(Long.parseUnsignedLong(row.getString(1)), row.getLong(2)),
                new WorkspaceId(row.getObject(3, UUID.class)),
                new SourceId(row.getObject(4, UUID.class)),
                row.getString(5),
                new PersonId(row.getObject(6, UUID.class)),
                row.getString(7),
                row.getString(8),
                row.getString(9),
                row.getString(10),
                row.getString(11),
                row.getTimestamp(12).toInstant(),
                row.getTimestamp(13).toInstant(),
                row.getString(14),
                (flags & TrackedEvent.CLAMPED) != 0,
                (flags & TrackedEvent.SANITIZED) != 0,
                row.getString(16),
                row.getString(17));
    }
}
