package io.opsdeck.core.notification;

import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.page.Page;
import io.opsdeck.core.security.Permission;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** The notifications of one member in the current workspace. What he does with one he can take back. */
@Service
@Transactional(readOnly = true)
public class Inbox {

    private static final Instant LATEST = Instant.ofEpochSecond(32_503_680_000L);
    private static final UUID LAST = new UUID(-1, -1);
    private static final String COLUMNS =
            "id, kind, arguments, reason, permission, link, times, happened_at, read_at, archived_at";

    private final JdbcClient jdbc;
    private final Clock clock;

    Inbox(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /**
     * An entry; what it says is written by {@link NotificationTexts}.
     *
     * @param permission where the reason is a permission
     * @param times how often it happened since it was last read
     * @param happenedAt the last time
     */
    public record Entry(
            NotificationId id,
            String kind,
            List<String> arguments,
            Reason reason,
            @Nullable Permission permission,
            String link,
            int times,
            Instant happenedAt,
            boolean read,
            boolean archived) {}

    /** Parts of an inbox. */
    public enum Tab {
        UNREAD("read_at is null"),
        /** Read or not, as long as it was not put away. */
        ALL("archived_at is null"),
        ARCHIVED("archived_at is not null");

        private final String condition;

        Tab(String condition) {
            this.condition = condition;
        }

        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Newest first.
     *
     * @param kind null for all
     * @param cursor where the last page ended, or null for the first
     */
    public Page<Entry> page(UUID member, Tab tab, @Nullable String kind, @Nullable String cursor, int limit) {
        Instant at = LATEST;
        UUID id = LAST;
        if (cursor != null) {
            String[] parts = cursor.split("_", 2);
            at = instant(parts[0]);
            id = uuid(parts.length == 2 ? parts[1] : "");
        }
        List<Entry> rows = jdbc.sql("select " + COLUMNS + " from core.notification where member_id = ? and "
                        + tab.condition + " and (?::text is null or kind = ?) and (happened_at, id) < (?, ?)"
                        + " order by happened_at desc, id desc limit ?")
                .param(member)
                .param(kind)
                .param(kind)
                .param(Timestamp.from(at))
                .param(id)
                .param(limit + 1)
                .query(Inbox::entry)
                .list();
        return Page.of(rows, limit, last -> last.happenedAt() + "_" + last.id());
    }

    public int unread(UUID member) {
        return jdbc.sql("select count(*) from core.notification where member_id = ? and read_at is null")
                .param(member)
                .query(Integer.class)
                .single();
    }

    /** The kinds of which there is something in the inbox. */
    public List<String> kinds(UUID member) {
        return jdbc.sql("select distinct kind from core.notification where member_id = ? order by kind")
                .param(member)
                .query(String.class)
                .list();
    }

    /** Answers the moment by which {@link #undo} knows what to take back. */
    @Transactional
    public Instant read(UUID member, NotificationId id) {
        Instant now = now();
        jdbc.sql("update core.notification set read_at = ? where member_id = ? and id = ? and read_at is null")
                .params(Timestamp.from(now), member, require(member, id))
                .update();
        return now;
    }

    @Transactional
    public Instant readAll(UUID member) {
        Instant now = now();
        jdbc.sql("update core.notification set read_at = ? where member_id = ? and read_at is null")
                .params(Timestamp.from(now), member)
                .update();
        return now;
    }

    /** Puts an entry away; what happens with the object later comes up again. */
    @Transactional
    public Instant archive(UUID member, NotificationId id) {
        Timestamp now = Timestamp.from(now());
        jdbc.sql("update core.notification set archived_at = ?, read_at = coalesce(read_at, ?)"
                        + " where member_id = ? and id = ? and archived_at is null")
                .params(now, now, member, require(member, id))
                .update();
        return now.toInstant();
    }

    /** Takes back what was done at that moment; what happened since stays as it is. */
    @Transactional
    public void undo(UUID member, String moment) {
        Timestamp at = Timestamp.from(instant(moment));
        jdbc.sql("update core.notification set read_at = nullif(read_at, ?), archived_at = nullif(archived_at, ?)"
                        + " where member_id = ? and (read_at = ? or archived_at = ?)")
                .params(at, at, member, at, at)
                .update();
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    private UUID require(UUID member, NotificationId id) {
        return jdbc.sql("select id from core.notification where member_id = ? and id = ?")
                .params(member, id.id())
                .query(UUID.class)
                .optional()
                .orElseThrow(NotificationError.NOTIFICATION_NOT_FOUND::exception);
    }

    private static Instant instant(String text) {
        try {
            Instant at = Instant.parse(text);
            return at.isBefore(LATEST) && at.isAfter(Instant.EPOCH) ? at : LATEST;
        } catch (DateTimeException e) {
            throw CoreError.INVALID_VALUE.at("cursor");
        }
    }

    private static UUID uuid(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw CoreError.INVALID_VALUE.at("cursor");
        }
    }

    static Entry entry(ResultSet row, int number) throws SQLException {
        String permission = row.getString("permission");
        return new Entry(
                new NotificationId(row.getObject("id", UUID.class)),
                row.getString("kind"),
                List.of((String[]) row.getArray("arguments").getArray()),
                Reason.valueOf(row.getString("reason")),
                permission == null ? null : Permission.of(permission),
                row.getString("link"),
                row.getInt("times"),
                row.getTimestamp("happened_at").toInstant(),
                row.getTimestamp("read_at") != null,
                row.getTimestamp("archived_at") != null);
    }
}
