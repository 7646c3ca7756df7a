package io.opsdeck.core.audit;

import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.id.Ids;
import io.opsdeck.core.page.Page;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.json.JsonMapper;

/**
 * Who changed what, when and from where. Rows can be added and read, never changed: the role has no right to. An entry
 * waits to be linked to the chain of its workspace, which shows changes that were made in spite of that.
 */
@Service
@Transactional(readOnly = true)
public class AuditTrail {

    private final JdbcClient jdbc;
    private final Ids ids;
    private final Clock clock;
    private final JsonMapper json;
    private final AuditSearch search;

    AuditTrail(JdbcClient jdbc, Ids ids, Clock clock, JsonMapper json, AuditSearch search) {
        this.jdbc = jdbc;
        this.search = search;
        this.ids = ids;
        this.clock = clock;
        this.json = json;
    }

    /**
     * Adds an entry in the caller's transaction, so that both happen or neither.
     *
     * @param action a key such as {@code member.invited}; its text is {@code audit.action.<key>}
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public void record(
            String action,
            String objectType,
            String objectId,
            String objectName,
            Map<String, ?> before,
            Map<String, ?> after) {
        Actor actor = Actor.current();
        jdbc.sql("""
                        with entry as (
                          insert into core.audit_entry (id, workspace_id, at, actor_kind, actor_id, actor_name, action,
                            object_type, object_id, object_name, before, after, request_id, address)
                          values (?, core.current_workspace(), ?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?::jsonb, ?, ?)
                          returning id, workspace_id)
                        insert into core.audit_pending (entry_id, workspace_id) select id, workspace_id from entry
                        """)
                .param(ids.next())
                .param(Timestamp.from(clock.instant()))
                .param(actor.kind().name())
                .param(actor.id())
                .param(actor.name())
                .param(action)
                .param(objectType)
                .param(objectId)
                .param(objectName)
                .param(before.isEmpty() ? null : json.writeValueAsString(before))
                .param(after.isEmpty() ? null : json.writeValueAsString(after))
                .param(actor.requestId())
                .param(actor.address())
                .update();
    }

    /**
     * The entries of the current workspace that {@code filter} asks for, newest first.
     *
     * @param cursor where the last page ended, or null for the first
     */
    public Page<AuditEntry> page(AuditFilter filter, @Nullable String cursor, int limit) {
        Instant at = Instant.ofEpochSecond(32_503_680_000L);
        UUID id = new UUID(-1, -1);
        if (cursor != null) {
            String[] parts = cursor.split("_", 2);
            try {
                at = Instant.parse(parts[0]);
                id = UUID.fromString(parts.length == 2 ? parts[1] : "");
            } catch (DateTimeException | IllegalArgumentException e) {
                throw CoreError.INVALID_VALUE.at("cursor");
            }
        }
        UUID[] found = search.newest(filter, at, id, limit + 1).toArray(UUID[]::new);
        List<AuditEntry> rows =
                jdbc.sql("""
                        select id, at, actor_kind, actor_id, actor_name, action, object_type, object_id, object_name,
                          before::text, after::text, request_id, address
                        from core.audit_entry where id = any(?) order by at desc, id desc
                        """).param(found).query(AuditTrail::entry).list();
        return Page.of(rows, limit, last -> last.at() + "_" + last.id());
    }

    /** As {@link #page(AuditFilter, String, int)}, by action and actor alone. */
    public Page<AuditEntry> page(String action, String actor, @Nullable String cursor, int limit) {
        return page(new AuditFilter(action, actor, null, null, null, "", false), cursor, limit);
    }

    /** The actions that are recorded in this workspace, by key. */
    public List<String> actions() {
        return search.actions();
    }

    /** The names of those who did them. */
    public List<String> actors() {
        return search.actors().stream()
                .map(AuditSearch.KnownActor::name)
                .distinct()
                .toList();
    }

    /** Whether an action says that something was tried and did not happen; its key then ends so. */
    public static boolean isFailure(String action) {
        return action.endsWith("failed") || action.endsWith("refused");
    }

    private static AuditEntry entry(ResultSet row, int number) throws SQLException {
        return new AuditEntry(
                row.getObject(1, UUID.class),
                row.getTimestamp(2).toInstant(),
                Actor.Kind.valueOf(row.getString(3)),
                row.getObject(4, UUID.class),
                row.getString(5),
                row.getString(6),
                row.getString(7),
                row.getString(8),
                row.getString(9),
                row.getString(10),
                row.getString(11),
                row.getString(12),
                row.getString(13));
    }

    /** One entry; {@code before} and {@code after} are JSON objects of the changed fields. */
    public record AuditEntry(
            UUID id,
            Instant at,
            Actor.Kind actorKind,
            @Nullable UUID actorId,
            String actorName,
            String action,
            String objectType,
            String objectId,
            String objectName,
            @Nullable String before,
            @Nullable String after,
            @Nullable String requestId,
            @Nullable String address) {}
}
