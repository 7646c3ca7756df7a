package io.opsdeck.analytics.workbench;

import io.opsdeck.analytics.event.EventDictionary;
import io.opsdeck.analytics.insight.InsightError;
import io.opsdeck.analytics.store.ColumnStores;
import io.opsdeck.analytics.store.EventTables;
import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.text.ContactMask;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.WorkspaceId;
import io.opsdeck.core.workspace.Workspaces;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Service;

/**
 * Runs a statement over the events of the current workspace: one SELECT over {@link EventTables}, read-only, without
 * files and settings, one at a time on a node, within limits of time, memory and rows. There is one file per workspace,
 * so no statement can reach the rows of another one.
 */
@Service
public class Workbench {

    /** The longest statement, in characters. */
    public static final int LONGEST = 20_000;

    /** The most rows of an answer that is held in memory. */
    public static final int MOST_ROWS = 10_000;

    /** The most rows that are handed on one by one. */
    public static final int MOST_STREAMED = 1_000_000;

    private static final long PATIENCE_MILLIS = 3_000;
    private static final long WAIT_SECONDS = 10;

    private final ColumnStores stores;
    private final Workspaces workspaces;
    private final EventDictionary dictionary;
    private final int seconds;
    private final String memory;
    private final Semaphore turn = new Semaphore(1, true);

    Workbench(
            ColumnStores stores,
            Workspaces workspaces,
            EventDictionary dictionary,
            @Value("${opsdeck.workbench.seconds:30}") int seconds,
            @Value("${opsdeck.columns.engine-memory:256MB}") String memory) {
        this.stores = stores;
        this.workspaces = workspaces;
        this.dictionary = dictionary;
        this.seconds = seconds;
        this.memory = memory;
    }

    /** The names of the parameters of a statement, in the order of their first use. */
    public Set<String> parameters(String sql) {
        return Statement.of(sql).names();
    }

    /** Takes an answer row by row. */
    public interface Sink {

        void columns(List<SqlAnswer.Column> columns) throws IOException;

        /** @param row as in {@link SqlAnswer#rows} */
        void row(List<@Nullable Object> row) throws IOException;
    }

    /**
     * Runs a statement.
     *
     * @param parameters a value for each {@code {{name}}}
     * @param limit the most rows to read, up to {@value #MOST_ROWS}
     * @param contact whether contact data is seen in clear text; else there are no columns that may hold any
     * @throws io.opsdeck.core.error.OpsdeckException with a {@link WorkbenchError}, or
     *     {@link InsightError#INSIGHTS_CATCHING_UP}
     */
    public SqlAnswer run(String sql, Map<String, String> parameters, int limit, boolean contact) {
        var columns = new ArrayList<SqlAnswer.Column>();
        var rows = new ArrayList<List<@Nullable Object>>();
        var sink = new Sink() {
            @Override
            public void columns(List<SqlAnswer.Column> all) {
                columns.addAll(all);
            }

            @Override
            public void row(List<@Nullable Object> row) {
                rows.add(row);
            }
        };
        long begin = System.nanoTime();
        boolean more = run(sql, parameters, Math.min(limit, MOST_ROWS), contact, sink);
        return new SqlAnswer(columns, rows, more, (System.nanoTime() - begin) / 1_000_000);
    }

    /**
     * The same with up to {@value #MOST_STREAMED} rows that go one by one into a sink, which should not wait for anybody:
     * other statements wait for it.
     */
    public void stream(String sql, Map<String, String> parameters, boolean contact, Sink sink) {
        run(sql, parameters, MOST_STREAMED, contact, sink);
    }

    private boolean run(String sql, Map<String, String> parameters, int most, boolean contact, Sink sink) {
        if (sql.length() > LONGEST) {
            throw CoreError.TOO_LONG.at("/sql", LONGEST);
        }
        Statement statement = Statement.of(sql);
        if (statement.text().isEmpty()) {
            throw CoreError.REQUIRED.at("/sql");
        }
        List<Object> values = statement.values(parameters);
        EventTables.Sight sight = sight(contact);
        return within(sight, connection -> {
            SqlGuard.check(connection, statement);
            return run(connection, statement, values, most, sight.zone(), sink);
        });
    }

    /** The columns of the tables, by table. */
    public Map<String, List<SqlAnswer.Column>> schema(boolean contact) {
        return within(sight(contact), connection -> {
            var tables = new TreeMap<String, List<SqlAnswer.Column>>();
            for (String table : EventTables.NAMES) {
                try (var statement = connection.createStatement();
                        var rows = statement.executeQuery("select * from " + table + " limit 0")) {
                    tables.put(table, columns(rows));
                }
            }
            return tables;
        });
    }

    private EventTables.Sight sight(boolean contact) {
        ZoneId zone = workspaces.require(CurrentWorkspace.require()).settings().timeZone();
        Set<String> personal = contact
                ? Set.of()
                : dictionary.personal().values().stream().flatMap(Set::stream).collect(Collectors.toSet());
        return new EventTables.Sight(
                zone, contact, name -> personal.contains(name) || ContactMask.isNameOfContact(name), ContactMask::isIn);
    }

    private <T> T within(EventTables.Sight sight, EventTables.Work<T> work) {
        WorkspaceId workspace = CurrentWorkspace.require();
        boolean mine = false;
        try {
            mine = turn.tryAcquire(WAIT_SECONDS, TimeUnit.SECONDS);
            if (!mine) {
                throw WorkbenchError.SQL_BUSY.exception();
            }
            return stores.tables(workspace, PATIENCE_MILLIS, sight, work)
                    .orElseThrow(() -> InsightError.INSIGHTS_CATCHING_UP.exception(
                            stores.progress(workspace).percent()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw WorkbenchError.SQL_BUSY.exception(e);
        } catch (SQLException e) {
            throw failure(e);
        } finally {
            if (mine) {
                turn.release();
            }
        }
    }

    private RuntimeException failure(SQLException e) {
        String said = String.valueOf(e.getMessage());
        if (said.startsWith("INTERRUPT")) {
            return WorkbenchError.SQL_TOO_SLOW.at("/sql", seconds);
        }
        if (said.startsWith("Out of Memory")) {
            return WorkbenchError.SQL_TOO_MUCH_MEMORY.at("/sql", memory);
        }
        String first = said.lines()
                .takeWhile(line -> !line.isBlank() && !line.startsWith("Did you mean") && !line.startsWith("Candidate"))
                .collect(Collectors.joining(" "));
        return WorkbenchError.SQL_FAILED.at("/sql", first);
    }

    /** Whether there were more rows. */
    private boolean run(
            Connection connection, Statement statement, List<Object> values, int most, ZoneId zone, Sink sink)
            throws SQLException {
        try (var query =
                connection.prepareStatement("select * from (\n" + statement.text() + "\n) limit " + (most + 1))) {
            for (int i = 0; i < values.size(); i++) {
                query.setObject(i + 1, values.get(i));
            }
            query.setQueryTimeout(seconds);
            try (var found = query.executeQuery()) {
                List<SqlAnswer.Column> columns = columns(found);
                sink.columns(columns);
                int rows = 0;
                while (found.next()) {
                    if (rows++ == most) {
                        return true;
                    }
                    sink.row(row(found, columns.size(), zone));
                }
                return false;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static List<SqlAnswer.Column> columns(ResultSet found) throws SQLException {
        var about = found.getMetaData();
        List<SqlAnswer.Column> columns = new ArrayList<>();
        for (int i = 1; i <= about.getColumnCount(); i++) {
            columns.add(new SqlAnswer.Column(about.getColumnName(i), about.getColumnTypeName(i)));
        }
        return columns;
    }

    private static List<@Nullable Object> row(ResultSet found, int columns, ZoneId zone) throws SQLException {
        List<@Nullable Object> row = new ArrayList<>(columns);
        for (int i = 1; i <= columns; i++) {
            row.add(value(found.getObject(i), zone));
        }
        return Collections.unmodifiableList(row);
    }

    private static @Nullable Object value(@Nullable Object value, ZoneId zone) {
        if (value == null || value instanceof Boolean || value instanceof Long) {
            return value;
        }
        if (value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return ((Number) value).longValue();
        }
        if (value instanceof Double || value instanceof Float) {
            double number = ((Number) value).doubleValue();
            return Double.isFinite(number) ? (Object) number : String.valueOf(number);
        }
        if (value instanceof BigInteger || value instanceof BigDecimal) {
            return value;
        }
        if (value instanceof OffsetDateTime time) {
            return time.atZoneSameInstant(zone).toOffsetDateTime().toString();
        }
        return value.toString();
    }
}
