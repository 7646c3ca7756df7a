package io.opsdeck.analytics.event;

import io.opsdeck.core.audit.AuditTrail;
import io.opsdeck.core.id.Ids;
import io.opsdeck.core.security.Secrets;
import io.opsdeck.core.workspace.CurrentWorkspace;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** The sources of the current workspace: who may send events, and how many came. */
@Service
@Transactional(readOnly = true)
public class EventSources {

    private static final int LONGEST_NAME = 120;
    private static final String SELECT = """
            select s.id, s.name, s.kind, s.write_key_prefix, s.accept_from, s.created_at, s.disabled_at,
              coalesce(c.accepted, 0), coalesce(c.duplicate, 0), coalesce(c.rejected, 0), coalesce(c.quarantined, 0),
              c.last_event_at
            from analytics.source s left join analytics.source_count c on c.source_id = s.id
            """;

    private final JdbcClient jdbc;
    private final Ids ids;
    private final Clock clock;
    private final WriteKeys writeKeys;
    private final AuditTrail audit;

    EventSources(JdbcClient jdbc, Ids ids, Clock clock, WriteKeys writeKeys, AuditTrail audit) {
        this.jdbc = jdbc;
        this.ids = ids;
        this.clock = clock;
        this.writeKeys = writeKeys;
        this.audit = audit;
    }

    /**
     * A source with its counters since it was made.
     *
     * @param acceptFrom the oldest event time taken, or null for five years back
     */
    public record SourceView(
            SourceId id,
            String name,
            Kind kind,
            String writeKeyPrefix,
            @Nullable LocalDate acceptFrom,
            Instant createdAt,
            @Nullable Instant disabledAt,
            long accepted,
            long duplicate,
            long rejected,
            long quarantined,
            @Nullable Instant lastEventAt) {}

    /** Where the events of a source come from. */
    public enum Kind {
        WEB,
        APP,
        SERVER,
        IMPORT
    }

    /** A source whose write key is told this once. */
    public record NewSource(SourceId id, String writeKey) {}

    /** Creates a source; {@code acceptFrom} null takes events up to five years back. */
    @Transactional
    public NewSource create(String name, Kind kind, @Nullable LocalDate acceptFrom) {
        var id = new SourceId(ids.next());
        String key = Secrets.next(WriteKeys.KIND);
        jdbc.sql("""
                        insert into analytics.source (id, workspace_id, name, kind, write_key_hash, write_key_prefix,
                          accept_from, created_at)
                        values (?, ?, ?, ?, ?, ?, ?, ?)
                        """)
                .param(id.id())
                .param(CurrentWorkspace.require().id())
                .param(name(name))
                .param(kind.name())
                .param(Secrets.hash(key))
                .param(Secrets.prefix(key))
                .param(acceptFrom)
                .param(Timestamp.from(clock.instant()))
                .update();
        audit.record("source.created", "source", id.toString(), name, Map.of(), Map.of("kind", kind.name()));
        return new NewSource(id, key);
    }

    public List<SourceView> list() {
        return jdbc.sql(SELECT + " order by s.created_at, s.id")
                .query(EventSources::view)
                .list();
    }

    public SourceView require(SourceId id) {
        return jdbc.sql(SELECT + " where s.id = ?")
                .param(id.id())
                .query(EventSources::view)
                .optional()
                .orElseThrow(EventError.SOURCE_NOT_FOUND::exception);
    }

    @Transactional
    public void rename(SourceId id, String name) {
        SourceView before = require(id);
        jdbc.sql("update analytics.source set name = ? where id = ?")
                .params(name(name), id.id())
                .update();
        audit.record(
                "source.renamed", "source", id.toString(), name, Map.of("name", before.name()), Map.of("name", name));
    }

    /** Its write key stops working within ten seconds on every node. */
    @Transactional
    public void disable(SourceId id) {
        SourceView source = require(id);
        jdbc.sql("update analytics.source set disabled_at = ? where id = ? and disabled_at is null")
                .params(Timestamp.from(clock.instant()), id.id())
                .update();
        writeKeys.forget();
        audit.record("source.disabled", "source", id.toString(), source.name(), Map.of(), Map.of());
    }

    /** Gives the source a new write key, told this once; the old one stops working within ten seconds on every node. */
    @Transactional
    public NewSource rotate(SourceId id) {
        SourceView source = require(id);
        if (source.disabledAt() != null) {
            throw EventError.SOURCE_DISABLED.exception();
        }
        String key = Secrets.next(WriteKeys.KIND);
        jdbc.sql("update analytics.source set write_key_hash = ?, write_key_prefix = ? where id = ?")
                .params(Secrets.hash(key), Secrets.prefix(key), id.id())
                .update();
        writeKeys.forget();
        audit.record("source.rotated", "source", id.toString(), source.name(), Map.of(), Map.of());
        return new NewSource(id, key);
    }

    private static String name(String name) {
        String stripped = name.strip();
        if (stripped.isEmpty() || stripped.codePointCount(0, stripped.length()) > LONGEST_NAME) {
            throw EventError.INVALID_SOURCE_NAME.at("/name", LONGEST_NAME);
        }
        return stripped;
    }

    private static SourceView view(ResultSet row, int number) throws SQLException {
        return new SourceView(
                new SourceId(row.getObject(1, UUID.class)),
                row.getString(2),
                Kind.valueOf(row.getString(3)),
                row.getString(4),
                row.getObject(5, LocalDate.class),
                row.getTimestamp(6).toInstant(),
                instant(row.getTimestamp(7)),
                row.getLong(8),
                row.getLong(9),
                row.getLong(10),
                row.getLong(11),
                instant(row.getTimestamp(12)));
    }

    private static @Nullable Instant instant(@Nullable Timestamp time) {
        return time == null ? null : time.toInstant();
    }
}
