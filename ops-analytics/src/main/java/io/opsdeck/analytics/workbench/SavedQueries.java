package io.opsdeck.analytics.workbench;

import io.opsdeck.core.audit.AuditTrail;
import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.id.Ids;
import io.opsdeck.core.text.ContactMask;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** The statements that the current workspace keeps under a name. Whoever may run SQL may change them. */
@Service
@Transactional(readOnly = true)
public class SavedQueries {

    private static final int LONGEST_NAME = 100;
    private static final String SELECT = "select q.id, q.name, q.sql, m.name, q.changed_at from analytics.saved_query q"
            + " join core.member m on m.id = q.owner_id";

    private final JdbcClient jdbc;
    private final AuditTrail audit;
    private final Ids ids;
    private final Clock clock;

    SavedQueries(JdbcClient jdbc, AuditTrail audit, Ids ids, Clock clock) {
        this.jdbc = jdbc;
        this.audit = audit;
        this.ids = ids;
        this.clock = clock;
    }

    /** A statement under a name. */
    public record SavedQuery(UUID id, String name, String sql, String owner, Instant changedAt) {}

    /** By name. */
    public List<SavedQuery> list() {
        return jdbc.sql(SELECT + " order by lower(q.name)")
                .query(SavedQueries::read)
                .list();
    }

    /** @throws io.opsdeck.core.error.OpsdeckException {@link WorkbenchError#SAVED_QUERY_NOT_FOUND} */
    public SavedQuery require(UUID query) {
        return jdbc.sql(SELECT + " where q.id = ?")
                .param(query)
                .query(SavedQueries::read)
                .optional()
                .orElseThrow(WorkbenchError.SAVED_QUERY_NOT_FOUND::exception);
    }

    /** Keeps a statement under a new name; returns its id. It need not run yet. */
    @Transactional
    public UUID create(UUID member, String name, String sql) {
        UUID id = ids.next();
        String chosen = name(name);
        String kept = sql(sql);
        try {
            jdbc.sql("insert into analytics.saved_query (id, workspace_id, name, sql, owner_id, changed_at)"
                            + " values (?, core.current_workspace(), ?, ?, ?, ?)")
                    .params(id, chosen, kept, member, Timestamp.from(clock.instant()))
                    .update();
        } catch (DuplicateKeyException e) {
            throw CoreError.NAME_TAKEN.at("/name", chosen);
        }
        audit.record("query.created", "query", id.toString(), chosen, Map.of(), facts(chosen, kept));
        return id;
    }

    /** Changes name and statement. */
    @Transactional
    public void change(UUID query, String name, String sql) {
        SavedQuery before = lock(query);
        String chosen = name(name);
        String kept = sql(sql);
        try {
            jdbc.sql("update analytics.saved_query set name = ?, sql = ?, changed_at = ? where id = ?")
                    .params(chosen, kept, Timestamp.from(clock.instant()), query)
                    .update();
        } catch (DuplicateKeyException e) {
            throw CoreError.NAME_TAKEN.at("/name", chosen);
        }
        audit.record(
                "query.changed",
                "query",
                query.toString(),
                chosen,
                facts(before.name(), before.sql()),
                facts(chosen, kept));
    }

    @Transactional
    public void delete(UUID query) {
        SavedQuery gone = lock(query);
        jdbc.sql("delete from analytics.saved_query where id = ?").param(query).update();
        audit.record("query.deleted", "query", query.toString(), gone.name(), facts(gone.name(), gone.sql()), Map.of());
    }

    /** What the trail keeps: contact data that somebody asked for is masked. */
    private static Map<String, Object> facts(String name, String sql) {
        return Map.of("name", name, "sql", ContactMask.within(sql));
    }

    private SavedQuery lock(UUID query) {
        return jdbc.sql(SELECT + " where q.id = ? for update of q")
                .param(query)
                .query(SavedQueries::read)
                .optional()
                .orElseThrow(WorkbenchError.SAVED_QUERY_NOT_FOUND::exception);
    }

    private static String name(String name) {
        String stripped = name.strip();
        if (stripped.isEmpty()) {
            throw CoreError.REQUIRED.at("/name");
        }
        if (stripped.length() > LONGEST_NAME) {
            throw CoreError.TOO_LONG.at("/name", LONGEST_NAME);
        }
        return stripped;
    }

    private static String sql(String sql) {
        if (sql.isBlank()) {
            throw CoreError.REQUIRED.at("/sql");
        }
        if (sql.length() > Workbench.LONGEST) {
            throw CoreError.TOO_LONG.at("/sql", Workbench.LONGEST);
        }
        return sql.strip();
    }

    private static SavedQuery read(ResultSet row, int number) throws SQLException {
        return new SavedQuery(
                row.getObject(1, UUID.class),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                row.getTimestamp(5).toInstant());
    }
}
