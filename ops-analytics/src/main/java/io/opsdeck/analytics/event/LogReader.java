package io.opsdeck.analytics.event;

import static java.util.Objects.requireNonNull;

import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.WorkspaceId;
import java.sql.Connection;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Follows the logs of all workspaces without losing a row: it reads only below the oldest transaction that still runs,
 * so a position once passed can never be filled later. In the system role, in transactions of its own; what concerns one
 * workspace alone may join one that reads for it.
 */
@Service
@Transactional(propagation = Propagation.NEVER)
public class LogReader {

    /** Every column by its table: a bare {@code order by tx} would mean the selected text, where 1000 comes before 999. */
    private static final String AFTER = " e where e.tx >= ?::text::xid8 and (e.tx, e.seq) > (?::text::xid8, ?)"
            + " and e.tx < pg_snapshot_xmin(pg_current_snapshot()) order by e.tx, e.seq limit ?";

    private final JdbcClient jdbc;
    private final JdbcOperations connections;
    private final TransactionTemplate transactions;

    LogReader(JdbcClient jdbc, JdbcOperations connections, PlatformTransactionManager transactionManager) {
        this.jdbc = jdbc;
        this.connections = connections;
        this.transactions = new TransactionTemplate(transactionManager);
        this.transactions.setReadOnly(true);
    }

    /** From {@code position} on, {@code person} means {@code canonical}, which may itself be merged later. */
    public record PersonAlias(
            LogPosition position, WorkspaceId workspace, PersonId person, PersonId canonical, Instant at) {}

    /** The next events of all workspaces behind {@code after}, at most {@code limit}; fewer are the end for now. */
    public List<LoggedEvent> events(LogPosition after, int limit) {
        return read("select " + LoggedEvent.COLUMNS + " from analytics.event" + AFTER, after, limit, LoggedEvent::read);
    }

    /**
     * An event as far as it tells about its person.
     *
     * @param at when it happened, by the server's clock
     * @param traits what an identify call said, a JSON object; null for any other event
     */
    public record Sighting(
            LogPosition position,
            WorkspaceId workspace,
            PersonId person,
            @Nullable String userId,
            Instant at,
            @Nullable String traits) {}

    /** Like {@link #events} without what an event says beside its person, at a fraction of the cost. */
    public List<Sighting> sightings(LogPosition after, int limit) {
        return read(
                "select e.tx::text, e.seq, e.workspace_id, e.person_id, e.user_id, e.at,"
                        + " case when e.type = 'identify' then e.props::text end from analytics.event" + AFTER,
                after,
                limit,
                (row, number) -> new Sighting(
                        new LogPosition(Long.parseUnsignedLong(row.getString(1)), row.getLong(2)),
                        new WorkspaceId(row.getObject(3, UUID.class)),
                        new PersonId(row.getObject(4, UUID.class)),
                        row.getString(5),
                        row.getTimestamp(6).toInstant(),
                        row.getString(7)));
    }

    /** Those of {@code persons} that are merged, with the person that each of them is now, whatever was read before. */
    public Map<PersonId, PersonId> merged(Collection<PersonId> persons) {
        Map<PersonId, PersonId> survivors = new HashMap<>();
        CurrentWorkspace.callAsSystem(() -> transactions.execute(status -> jdbc.sql(
                        "select id, merged_into from analytics.person where id = any(?) and merged_into is not null")
                .param(persons.stream().map(PersonId::id).toArray(UUID[]::new))
                .query((row, number) -> survivors.put(
                        new PersonId(row.getObject(1, UUID.class)), new PersonId(row.getObject(2, UUID.class))))
                .list()));
        return survivors;
    }

    /** The next merges of persons behind {@code after}, like {@link #events}. */
    public List<PersonAlias> aliases(LogPosition after, int limit) {
        return CurrentWorkspace.callAsSystem(
                () -> requireNonNull(transactions.execute(status -> aliasRows(after, limit))));
    }

    private List<PersonAlias> aliasRows(LogPosition after, int limit) {
        return rows(
                "select e.tx::text, e.seq, e.workspace_id, e.person_id, e.canonical_id, e.at from analytics.person_alias"
                        + AFTER,
                after,
                limit,
                (row, number) -> new PersonAlias(
                        new LogPosition(Long.parseUnsignedLong(row.getString(1)), row.getLong(2)),
                        new WorkspaceId(row.getObject(3, UUID.class)),
                        new PersonId(row.getObject(4, UUID.class)),
                        new PersonId(row.getObject(5, UUID.class)),
                        row.getTimestamp(6).toInstant()));
    }

    /**
     * Takes what a column store keeps of an event; times are milliseconds since the epoch, properties a JSON object. Place
     * and person come as numbers: millions of events pass here, and an object for each would be most of the garbage.
     */
    public interface EventSink {
        void event(
                long tx, long seq, long person, long personsRest, String name, long at, long receivedAt, String props);

        /** The place of the last event that it took. */
        LogPosition last();
    }

    /**
     * Hands on the next events of one workspace behind {@code after}, at most {@code limit}.
     *
     * @param until all transactions before this one have ended; no others are read
     * @return where it stands now; before {@code until} where there were fewer
     */
    @Transactional(propagation = Propagation.SUPPORTS)
    public LogPosition follow(WorkspaceId workspace, LogPosition after, long until, int limit, EventSink sink) {
        return CurrentWorkspace.call(
                workspace,
                () -> requireNonNull(transactions.execute(status -> {
                    readInOrder();
                    Integer count = connections.execute((Connection connection) ->
                            CopiedEvents.read(connection, between(after, until, limit), sink));
                    boolean full = requireNonNull(count) == limit;
                    return full ? sink.last() : LogPosition.before(until);
                })));
    }

    /** COPY takes no parameters; these are numbers. */
    private static String between(LogPosition after, long end, int limit) {
        String tx = "'" + Long.toUnsignedString(after.tx()) + "'::xid8";
        return "select " + CopiedEvents.COLUMNS + " from analytics.event e where e.tx >= " + tx
                + " and (e.tx, e.seq) > ("
                + tx + ", " + after.seq() + ") and e.tx < '" + Long.toUnsignedString(end)
                + "'::xid8 order by e.tx, e.seq limit " + limit;
    }

    /** The next merges within one workspace, like {@link #aliases(LogPosition, int)}. */
    @Transactional(propagation = Propagation.SUPPORTS)
    public List<PersonAlias> aliases(WorkspaceId workspace, LogPosition after, int limit) {
        return CurrentWorkspace.call(
                workspace, () -> requireNonNull(transactions.execute(status -> aliasRows(after, limit))));
    }

    private <T> List<T> read(String sql, LogPosition after, int limit, RowMapper<T> mapper) {
        return CurrentWorkspace.callAsSystem(
                () -> requireNonNull(transactions.execute(status -> rows(sql, after, limit, mapper))));
    }

    /**
     * The index has the order. The planner believes that few rows are left behind a position and would rather sort, which
     * for each batch of a large import means all that is left of it.
     */
    private void readInOrder() {
        jdbc.sql("select set_config('enable_sort', 'off', true)")
                .query(String.class)
                .single();
    }

    private <T> List<T> rows(String sql, LogPosition after, int limit, RowMapper<T> mapper) {
        readInOrder();
        String tx = Long.toUnsignedString(after.tx());
        return jdbc.sql(sql).params(tx, tx, after.seq(), limit).query(mapper).list();
    }
}
