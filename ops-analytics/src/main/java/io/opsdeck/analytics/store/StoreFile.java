package io.opsdeck.analytics.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBReadableVector;
import org.jspecify.annotations.Nullable;

/**
 * The DuckDB file of one workspace. A table for every month, written once in person order and replaced when it is
 * written again, and one for the rows that came since. Everything that a batch of the log adds is written in one
 * transaction together with the cursor, so a node that dies loses nothing and adds nothing twice. The appender is only
 * transactional behind an explicit {@code begin}.
 */
final class StoreFile implements AutoCloseable {

    /** A change of the tables or of what is in them: older files are thrown away and built anew. */
    private static final String FORMAT = "3";

    /** Each checkpoint writes the last rows of every table anew; a longer log costs a second when the file is opened. */
    private static final String CHECKPOINT_THRESHOLD = "256MB";

    private final Path path;
    private final DuckDBConnection writer;
    private boolean held;

    private StoreFile(Path path, DuckDBConnection writer) {
        this.path = path;
        this.writer = writer;
    }

    /** Opens or makes the file; one that cannot be read, or holds another format, is moved aside. */
    static StoreFile open(Path path, String memoryLimit, int threads) throws SQLException {
        try {
            Files.createDirectories(path.toAbsolutePath().getParent());
            StoreFile file = connect(path, memoryLimit, threads);
            if (file.isReadable()) {
                return file;
            }
            file.close();
        } catch (SQLException e) {
            if (!Files.exists(path)) {
                throw e;
            }
        } catch (IOException e) {
            throw new SQLException("the folder of the column store cannot be made", e);
        }
        try {
            Files.move(path, aside(path), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            Files.deleteIfExists(path.resolveSibling(path.getFileName() + ".wal"));
        } catch (IOException e) {
            throw new SQLException("an unreadable column store cannot be moved aside", e);
        }
        StoreFile file = connect(path, memoryLimit, threads);
        file.isReadable();
        return file;
    }

    private static StoreFile connect(Path path, String memoryLimit, int threads) throws SQLException {
        var settings = new Properties();
        settings.setProperty("memory_limit", memoryLimit);
        settings.setProperty("threads", String.valueOf(threads));
        settings.setProperty("temp_directory", path + ".tmp");
        settings.setProperty("checkpoint_threshold", CHECKPOINT_THRESHOLD);
        settings.setProperty("enable_external_access", "false");
        settings.setProperty("autoinstall_known_extensions", "false");
        settings.setProperty("autoload_known_extensions", "false");
        return new StoreFile(path, (DuckDBConnection) DriverManager.getConnection("jdbc:duckdb:" + path, settings));
    }

    /** Makes the tables of an empty file. */
    private boolean isReadable() throws SQLException {
        execute("create table if not exists meta (key varchar primary key, value varchar)");
        String format = meta("format");
        if (format == null) {
            execute("create table person (ordinal integer, id uuid)");
            execute("create table alias (person integer, canonical integer, number integer)");
            execute("create table name (code integer, name varchar)");
            execute("create table property (id integer, name varchar, coded boolean)");
            execute("create table value (property integer, code integer, value varchar)");
            execute("create table profile (ordinal integer, internal boolean, traits varchar)");
            execute("create table erased (ordinal integer)");
            execute("create table part (month integer primary key, version integer, total bigint, merged integer)");
            execute("create table delta (n bigint, person integer, ts bigint, name integer, props varchar)");
            setMeta("format", FORMAT);
            return true;
        }
        return format.equals(FORMAT);
    }

    @Nullable
    String meta(String key) throws SQLException {
        try (var statement = writer.prepareStatement("select value from meta where key = ?")) {
            statement.setString(1, key);
            try (var rows = statement.executeQuery()) {
                return rows.next() ? rows.getString(1) : null;
            }
        }
    }

    void setMeta(String key, String value) throws SQLException {
        try (var statement = writer.prepareStatement("insert or replace into meta values (?, ?)")) {
            statement.setString(1, key);
            statement.setString(2, value);
            statement.executeUpdate();
        }
    }

    void execute(String sql) throws SQLException {
        try (var statement = writer.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Changes what the engine may take beside the heap. */
    void limitMemory(String limit) throws SQLException {
        execute("set memory_limit = '" + limit + "'");
    }

    /** Writes in one transaction, or in the one that is held open. */
    void write(Work work) throws SQLException {
        boolean alone = !held;
        if (alone) {
            execute("begin transaction");
        }
        try {
            work.run();
            if (alone) {
                execute("commit");
            }
        } catch (SQLException | RuntimeException e) {
            held = false;
            try {
                execute("rollback");
            } catch (SQLException again) {
                e.addSuppressed(again);
            }
            throw e;
        }
    }

    /** Holds a transaction open from now on: a commit for every few writes takes a fifth of the time that they take. */
    void hold() throws SQLException {
        if (!held) {
            execute("begin transaction");
            held = true;
        }
    }

    boolean isHeld() {
        return held;
    }

    /** Commits what is held, if anything. */
    void release() throws SQLException {
        if (held) {
            held = false;
            execute("commit");
        }
    }

    interface Work {
        void run() throws SQLException;
    }

    DuckDBAppender append(String table) throws SQLException {
        return writer.createAppender(table);
    }

    static String partTable(int month, int version) {
        return "part_" + (month < 0 ? "b" + -month : String.valueOf(month)) + "_" + version;
    }

    static String column(Property property) {
        return "c" + property.id;
    }

    /**
     * A month that is written anew.
     *
     * @param version of the new table; no other table of the month has had it
     * @param old the table that is replaced, or null
     * @param columns of properties
     * @param before rows of the delta from this number on stay there
     */
    record Rewriting(int month, int version, @Nullable String old, List<String> columns, long before) {

        String table() {
            return partTable(month, version);
        }

        private String waiting() {
            return "ts >= " + MonthPart.startOf(month) + " and ts < " + MonthPart.startOf(month + 1) + " and n < "
                    + before;
        }
    }

    /**
     * Writes the table of a month, without erased persons, from the one before and what the delta holds of it. Nobody reads
     * it until it is adopted; the writer goes on meanwhile.
     *
     * @return its rows
     */
    long build(Rewriting month) throws SQLException {
        var coded = new StringBuilder();
        month.columns.forEach(column -> coded.append(", e.").append(column));
        String old = month.old == null ? "" : " union all by name select * from " + month.old;
        try (DuckDBConnection connection = writer.duplicate();
                var statement = connection.createStatement()) {
            statement.execute("create table " + month.table()
                    + " as select e.n, coalesce(a.canonical, e.self) as person, e.self, e.ts, e.name, e.props" + coded
                    + " from (select n, person as self, * exclude (n, person) from delta where "
                    + month.waiting() + old
                    + ") e left join alias a on a.person = e.self"
                    + " where e.self not in (select ordinal from erased) order by 2, e.ts, e.n");
            try (var rows = statement.executeQuery("select count(*) from " + month.table())) {
                rows.next();
                return rows.getLong(1);
            }
        }
    }

    /** Puts the new table of a month in the place of the one before. Call inside {@link #write}. */
    void adopt(Rewriting month, MonthPart.Written written) throws SQLException {
        execute("delete from delta where " + month.waiting());
        execute("insert or replace into part values (" + written.month() + ", " + written.version() + ", "
                + written.rows() + ", " + written.merged() + ")");
    }

    /** Rows of the delta per month. */
    Map<Integer, Long> deltaMonths() throws SQLException {
        Map<Integer, Long> months = new TreeMap<>();
        try (var statement = writer.createStatement();
                var rows = statement.executeQuery(
                        "select floor(ts / 86400000.0)::bigint as day, count(*) from delta group by day")) {
            while (rows.next()) {
                months.merge(MonthPart.monthOf(rows.getLong(1) * 86_400_000), rows.getLong(2), Long::sum);
            }
        }
        return months;
    }

    /** Reads in chunks on a connection of its own, so that readers wait neither for each other nor for the writer. */
    void read(String sql, ChunkSink sink) throws SQLException {
        try (DuckDBConnection connection = writer.duplicate();
                var statement = connection.prepare(sql);
                var result = statement.query()) {
            int columns = (int) result.columnCount();
            var vectors = new DuckDBReadableVector[columns];
            while (result.nextChunk()) {
                var chunk = result.chunk();
                for (int i = 0; i < columns; i++) {
                    vectors[i] = chunk.vector(i);
                }
                sink.chunk(vectors, (int) chunk.rowCount());
            }
        }
    }

    /** As many rows are read together at most. */
    static final int CHUNK = 2_048;

    interface ChunkSink {
        void chunk(DuckDBReadableVector[] columns, int rows);
    }

    /** Runs work in one read transaction on a connection of its own, which is rolled back. */
    <T> T reading(Reading<T> work) throws SQLException {
        try (DuckDBConnection connection = writer.duplicate();
                var statement = connection.createStatement()) {
            statement.execute("begin transaction");
            try {
                return work.read(connection);
            } finally {
                statement.execute("rollback");
            }
        }
    }

    interface Reading<T> {
        T read(DuckDBConnection connection) throws SQLException;
    }

    /** Tables of months that no part names any more. */
    List<String> strayTables() throws SQLException {
        List<String> stray = new ArrayList<>();
        try (var statement = writer.createStatement();
                var rows = statement.executeQuery(
                        "select table_name from duckdb_tables() where table_name like 'part!_%' escape '!'"
                                + " and table_name not in (select 'part_' || case when month < 0 then 'b' || -month else month::varchar end"
                                + " || '_' || version from part)")) {
            while (rows.next()) {
                stray.add(rows.getString(1));
            }
        }
        return stray;
    }

    boolean has(String table, String column) throws SQLException {
        boolean[] found = new boolean[1];
        ints(
                "select count(*)::integer from duckdb_columns() where table_name = '" + table + "' and column_name = '"
                        + column + "'",
                count -> found[0] = count > 0);
        return found[0];
    }

    private static Path aside(Path path) {
        return path.resolveSibling(path.getFileName() + ".unreadable");
    }

    /** Removes what was moved aside, which nobody can take an erased person out of. */
    void deleteAside() throws SQLException {
        try {
            Files.deleteIfExists(aside(path));
        } catch (IOException e) {
            throw new SQLException("what was moved aside cannot be removed", e);
        }
    }

    /** Removes the file and whatever stands beside it, one that was moved aside too. */
    static void delete(Path path) throws IOException {
        String name = path.getFileName().toString();
        Path folder = path.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            return;
        }
        List<Path> all = new ArrayList<>();
        try (var files = Files.list(folder)) {
            files.filter(file -> file.getFileName().toString().startsWith(name)).forEach(all::add);
        }
        for (Path each : all) {
            if (Files.isDirectory(each)) {
                try (var inside = Files.list(each)) {
                    for (Path file : inside.toList()) {
                        Files.deleteIfExists(file);
                    }
                }
            }
            Files.deleteIfExists(each);
        }
    }

    void ints(String sql, IntConsumer sink) throws SQLException {
        read(sql, (columns, rows) -> {
            for (int i = 0; i < rows; i++) {
                sink.accept(columns[0].getInt(i, 0));
            }
        });
    }

    @Override
    public void close() throws SQLException {
        writer.close();
    }
}
