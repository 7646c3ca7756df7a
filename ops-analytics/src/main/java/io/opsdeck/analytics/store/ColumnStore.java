package io.opsdeck.analytics.store;

import io.opsdeck.analytics.event.LogPosition;
import io.opsdeck.core.workspace.WorkspaceId;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.duckdb.DuckDBAppender;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One workspace's events as columns. Follows the logs of events, of merged persons, of traits and of erasures; every batch
 * is written to the file with the cursors and then joins what is in memory. A month is written anew when its share of the delta has grown.
 * One thread writes at a time; queries work on snapshots and wait for nobody.
 */
final class ColumnStore implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ColumnStore.class);
    private static final int FULL = 40;
    private static final int STEPS_A_COMMIT = 4;
    private static final double MUCH_OF_A_MONTH = 0.05;

    /** Rows of merged persons are looked up one person after the other. */
    private static final double MUCH_SCATTERED = 0.02;

    /** It is not worth asking how many they are before so many persons were merged. */
    private static final double FEW_PERSONS = 0.01;

    private static final long KEEP_TABLES_MILLIS = 120_000;
    private static final long REST_NANOS = TimeUnit.MINUTES.toNanos(10);

    private final WorkspaceId workspace;
    private final Logs logs;
    private final LogFollower follower;
    private final StoreFile file;
    private final ColumnCache cache;
    private final StoreSettings settings;
    private final Object identity = new Object();

    private final PersonOrdinals ordinals = new PersonOrdinals();
    private final Vocabulary vocabulary;
    private final MergedPersons merged = new MergedPersons();
    private final TreeMap<Integer, MonthPart> months = new TreeMap<>();

    /** What no snapshot of now holds any more, and since when. */
    private final Map<MonthPart, Long> strays = new HashMap<>();

    private final PersonColumns people;

    /** Ordinals of persons that were erased; replaced when it grows. */
    private BitSet erased = new BitSet();

    /** Erased persons may have rows in the file. */
    private boolean eraseRows;

    private Delta delta = new Delta();
    private LogFollower.Cursors cursors = LogFollower.Cursors.START;
    private LogState.@Nullable Mark last;
    private long rows;

    /** The newest version of any month; each one is given once. */
    private int newestVersion;

    /** So many rows waited, and so many persons were merged, when it was last asked which months are to be written. */
    private int weighedRows;

    private int weighedMerges;

    /** When writing a month anew failed, 0 for never. */
    private long failedAt;

    /** Held while months are written, which readers and the log do not wait for. */
    private final ReentrantLock tidying = new ReentrantLock();

    /** How many of the persons the file holds; reading a batch already numbers new ones. */
    private int writtenPersons;

    private long version = 1;
    private long asOf;
    private @Nullable Snapshot snapshot;
    private long shownAsOf;

    /** The file holds rows that memory does not. */
    private boolean behind;

    /** Steps that were written and not committed. */
    private int held;

    /** What was in use before the restart and is still to be read, the newest month first. */
    private final Deque<Cold> cold = new ArrayDeque<>();

    /** A column of a month; null for times and names. */
    private record Cold(MonthPart part, @Nullable Property property) {}

    private ColumnStore(WorkspaceId workspace, Logs logs, StoreFile file, ColumnCache cache, StoreSettings settings) {
        this.settings = settings;
        this.workspace = workspace;
        this.logs = logs;
        this.follower = new LogFollower(workspace, logs, settings.stepRows());
        this.file = file;
        this.cache = cache;
        this.people = new PersonColumns(file);
        this.vocabulary = new Vocabulary(file);
    }

    /** Opens the file or makes one. */
    static ColumnStore open(WorkspaceId workspace, Logs logs, Path path, ColumnCache cache, StoreSettings settings)
            throws SQLException {
        StoreFile file = StoreFile.open(path, settings.memory(), StoreSettings.threads());
        var store = new ColumnStore(workspace, logs, file, cache, settings);
        try {
            store.load();
            return store;
        } catch (SQLException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /** Reads everything but the columns of the months. */
    private void load() throws SQLException {
        String cursor = file.meta("cursor");
        if (cursor != null) {
            String[] parts = cursor.split(" ");
            rows = Long.parseLong(parts[4]);
            asOf = Long.parseLong(parts[5]);
            cursors = new LogFollower.Cursors(
                    position(parts, 0), position(parts, 2), position(parts, 6), position(parts, 8));
        }
        String mark = file.meta("last");
        last = mark == null ? null : LogState.Mark.of(mark);
        if (file.meta("epoch") == null) {
            file.setMeta("epoch", logs.state().epoch());
        }
        eraseRows = file.meta("erasing") != null;
        file.read("select id::varchar, ordinal from person order by ordinal", (columns, count) -> {
            for (int i = 0; i < count; i++) {
                UUID id = UUID.fromString(columns[0].getString(i));
                ordinals.of(id.getMostSignificantBits(), id.getLeastSignificantBits());
            }
        });
        writtenPersons = ordinals.size();
        vocabulary.load();
        file.read("select person, canonical, number from alias", (columns, count) -> {
            for (int i = 0; i < count; i++) {
                merged.set(columns[0].getInt(i), columns[1].getInt(i), columns[2].getInt(i));
            }
        });
        file.read("select ordinal from erased", (columns, count) -> {
            for (int i = 0; i < count; i++) {
                erased.set(columns[0].getInt(i));
            }
        });
        people.load();
        file.read("select month, version, total, merged from part", (columns, count) -> {
            for (int i = 0; i < count; i++) {
                put(part(new MonthPart.Written(
                        columns[0].getInt(i), columns[1].getInt(i), columns[2].getLong(i), columns[3].getInt(i))));
            }
        });
        for (String stray : file.strayTables()) {
            file.execute("drop table " + stray);
        }
        if (file.deltaMonths().values().stream().mapToLong(count -> count).sum() >= FULL * settings.rewriteRows()) {
            compactAll();
        }
        loadDelta();
        shownAsOf = asOf;
        recall();
    }

    private void recall() {
        List<Property> used = vocabulary.used();
        for (MonthPart part :
                used.isEmpty() ? List.<MonthPart>of() : months.descendingMap().values()) {
            cold.add(new Cold(part, null));
            used.forEach(property -> cold.add(new Cold(part, property)));
        }
    }

    /** Reads one column that was in use before the restart; false when there is none, or no room for it. */
    boolean warm() {
        Cold next = cold.poll();
        if (next == null || !next.part.warm(next.property)) {
            cold.clear();
            return false;
        }
        return true;
    }

    private void loadDelta() throws SQLException {
        delta = new Delta();
        List<Property> held = vocabulary.columns();
        var sql = new StringBuilder("select person, ts, name, props");
        held.forEach(property -> sql.append(", ").append(StoreFile.column(property)));
        file.read(sql.append(" from delta order by n").toString(), (columns, count) -> {
            for (int i = 0; i < count; i++) {
                int row = delta.add(
                        columns[0].getInt(i), columns[1].getLong(i), columns[2].getInt(i), columns[3].getString(i));
                for (int p = 0; p < held.size(); p++) {
                    int code = columns[4 + p].getInt(i, 0);
                    if (code != 0) {
                        delta.set(row, held.get(p).id, code);
                    }
                }
            }
        });
    }

    private void put(MonthPart part) {
        newestVersion = Math.max(newestVersion, part.version);
        months.put(part.month, part);
    }

    private MonthPart part(MonthPart.Written written) {
        return new MonthPart(written, ordinals.size(), file, cache, identity);
    }

    /** What is known now. */
    synchronized Snapshot snapshot() {
        if (snapshot == null || snapshot.version() != version) {
            snapshot = new Snapshot(
                    List.copyOf(months.values()),
                    delta.view(ordinals.size()),
                    ordinals,
                    ordinals.size(),
                    merged.merges(),
                    new Snapshot.Known(people.internal(), erased, this::trait),
                    vocabulary.names(),
                    vocabulary.byName(),
                    vocabulary.withoutColumn(),
                    identity,
                    version,
                    shownAsOf);
        }
        return snapshot;
    }

    private synchronized PersonColumn trait(String name) {
        try {
            return people.column(name);
        } catch (SQLException e) {
            throw new StoreUnreadableException(e);
        }
    }

    /** Whether the database is not the one that this was read from, or was set back. */
    synchronized boolean isStale() throws SQLException {
        LogState state = logs.state();
        return !state.epoch().equals(file.meta("epoch"))
                || !state.reaches(cursors.events())
                || (last != null && !state.holds(workspace, last));
    }

    /** How many events it has read. */
    synchronized long rows() {
        return rows;
    }

    /** See {@link ColumnStores#tables}. */
    <T> T tables(EventTables.Sight sight, EventTables.Work<T> work) throws SQLException {
        return file.reading(connection -> {
            new EventTables(connection).open(sight);
            return work.run(connection);
        });
    }

    /**
     * Reads one batch of each log; true when there may be more at once. As long as there is more, rows go to the file
     * alone and join what is in memory with the last batch, each month written once: a log of millions of rows does not
     * pass through the heap, and nobody sees a part of it.
     */
    synchronized boolean follow() throws SQLException {
        LogFollower.Step step = follower.next(cursors);
        boolean more = step.hasMoreEvents();
        if (step.isEmpty() && !behind) {
            cursors = step.to();
            return false;
        }
        if (more && !behind) {
            file.limitMemory(settings.buildMemory());
            behind = true;
        }
        write(step, behind ? new Delta(step.events().size) : delta);
        if (more && ++held < STEPS_A_COMMIT) {
            return true;
        }
        file.release();
        held = 0;
        if (more) {
            return true;
        }
        if (behind) {
            compactAll();
            loadDelta();
            file.limitMemory(settings.memory());
            behind = false;
        }
        shownAsOf = asOf;
        version++;
        return step.hasMoreElse();
    }

    private void write(LogFollower.Step step, Delta target) throws SQLException {
        LogFollower.Batch batch = step.events();
        int first = target.size();
        add(batch, target);
        Map<Integer, Integer> more = new LinkedHashMap<>();
        for (var alias : step.aliases()) {
            int person = ordinal(alias.person().id());
            int number = merged.merge(person, ordinal(alias.canonical().id()));
            if (number > 0) {
                more.put(person, number);
            }
        }
        boolean chained = merged.settle();
        PersonColumns.Changes changes = changes(step.traits());
        BitSet gone = new BitSet();
        step.erasures().forEach(erasure -> gone.set(ordinal(erasure.person())));
        gone.andNot(erased);
        if (behind) {
            if (vocabulary.changesTables()) {
                // Not while it has rows that are not committed.
                file.release();
            }
            file.hold();
        }
        LogState.Mark newest = batch.size == 0 ? last : LogState.Mark.of(batch.last());
        file.write(() -> {
            vocabulary.write();
            writePersons(writtenPersons);
            writeRows(target, first);
            writeMerges(more, chained);
            people.write(changes);
            if (!gone.isEmpty()) {
                for (int ordinal : gone.stream().toArray()) {
                    file.execute("insert into erased values (" + ordinal + ")");
                }
                file.setMeta("erasing", "true");
            }
            file.setMeta("cursor", cursor(step));
            if (newest != null) {
                file.setMeta("last", newest.toString());
            }
        });
        cursors = step.to();
        writtenPersons = ordinals.size();
        vocabulary.noteWritten();
        people.apply(changes);
        if (!gone.isEmpty()) {
            gone.or(erased);
            erased = gone;
            eraseRows = true;
        }
        last = newest;
        rows += batch.size;
        asOf = Math.max(asOf, batch.newest);
    }

    private String cursor(LogFollower.Step step) {
        LogFollower.Cursors to = step.to();
        return text(to.events()) + " " + text(to.aliases()) + " " + (rows + step.events().size) + " "
                + Math.max(asOf, step.events().newest) + " " + text(to.traits()) + " " + text(to.erasures());
    }

    private static LogPosition position(String[] parts, int at) {
        return new LogPosition(Long.parseUnsignedLong(parts[at]), Long.parseLong(parts[at + 1]));
    }

    private static String text(LogPosition position) {
        return Long.toUnsignedString(position.tx()) + " " + position.seq();
    }

    private PersonColumns.Changes changes(List<TraitLog.Row> rowsOf) {
        int size = rowsOf.size();
        var persons = new int[size];
        var texts = new String[size];
        var internal = new boolean[size];
        for (int i = 0; i < size; i++) {
            persons[i] = ordinal(rowsOf.get(i).person());
            texts[i] = rowsOf.get(i).traits();
            internal[i] = rowsOf.get(i).internal();
        }
        return new PersonColumns.Changes(persons, texts, internal, size);
    }

    private int ordinal(UUID person) {
        return ordinals.of(person.getMostSignificantBits(), person.getLeastSignificantBits());
    }

    private void writePersons(int from) throws SQLException {
        if (from == ordinals.size()) {
            return;
        }
        try (DuckDBAppender rowsOf = file.append("person")) {
            for (int ordinal = from; ordinal < ordinals.size(); ordinal++) {
                rowsOf.beginRow().append(ordinal).append(ordinals.id(ordinal)).endRow();
            }
        }
    }

    /** @param chained whether others had been merged into these persons before */
    private void writeMerges(Map<Integer, Integer> numbers, boolean chained) throws SQLException {
        if (numbers.isEmpty()) {
            return;
        }
        try (DuckDBAppender rowsOf = file.append("alias")) {
            for (var each : numbers.entrySet()) {
                rowsOf.beginRow()
                        .append(each.getKey().intValue())
                        .append(merged.canonical(each.getKey()))
                        .append(each.getValue().intValue())
                        .endRow();
            }
        }
        if (chained) {
            file.execute(
                    "update alias set canonical = now.canonical from alias now where now.person = alias.canonical");
        }
    }

    private void writeRows(Delta target, int first) throws SQLException {
        if (target.size() == first) {
            return;
        }
        List<Property> columns = vocabulary.columns();
        int[][] codes =
                columns.stream().map(property -> target.column(property.id)).toArray(int[][]::new);
        try (DuckDBAppender rowsOf = file.append("delta")) {
            for (int row = first; row < target.size(); row++) {
                rowsOf.beginRow()
                        .append(rows + row - first)
                        .append(target.person(row))
                        .append(target.at(row))
                        .append(target.name(row))
                        .append(target.props(row));
                for (int[] column : codes) {
                    int code = row < column.length ? column[row] : 0;
                    if (code == 0) {
                        rowsOf.appendNull();
                    } else {
                        rowsOf.append(code);
                    }
                }
                rowsOf.endRow();
            }
        }
    }

    /** The months that the delta holds much of. */
    private synchronized List<Integer> heavy() throws SQLException {
        List<Integer> heavy = new ArrayList<>();
        if (delta.size() < settings.rewriteRows() || delta.size() == weighedRows) {
            return heavy;
        }
        weighedRows = delta.size();
        boolean full = delta.size() >= FULL * settings.rewriteRows();
        for (var entry : file.deltaMonths().entrySet()) {
            MonthPart old = months.get(entry.getKey());
            long total = old == null ? 0 : old.rows;
            if (full || (entry.getValue() >= settings.rewriteRows() && entry.getValue() > MUCH_OF_A_MONTH * total)) {
                heavy.add(entry.getKey());
            }
        }
        return heavy;
    }

    /** The months of which many rows belong to persons who were merged since they were written. */
    private List<Integer> scattered() throws SQLException {
        List<MonthPart> written;
        synchronized (this) {
            int since = merged.count() - weighedMerges;
            if (since < settings.rewriteRows() || since < FEW_PERSONS * ordinals.size()) {
                return List.of();
            }
            weighedMerges = merged.count();
            written = List.copyOf(months.values());
        }
        List<Integer> scattered = new ArrayList<>();
        for (MonthPart part : written) {
            long[] of = new long[1];
            file.read(
                    "select count(*) from " + part.table()
                            + " where person in (select person from alias where number > " + part.merged() + ")",
                    (columns, count) -> of[0] = columns[0].getLong(0));
            if (of[0] > MUCH_SCATTERED * part.rows) {
                scattered.add(part.month);
            }
        }
        return scattered;
    }

    private void compactAll() throws SQLException {
        for (int month : file.deltaMonths().keySet()) {
            compact(month);
        }
        dropStrays();
    }

    /** Writes a month anew. Whoever does not hold the monitor lets the log and readers go on meanwhile. */
    private void compact(int month) throws SQLException {
        StoreFile.Rewriting rewriting;
        MonthPart old;
        Delta from;
        int rowsOfDelta;
        int known;
        List<Property> used;
        synchronized (this) {
            old = months.get(month);
            from = delta;
            rowsOfDelta = delta.size();
            known = merged.count();
            used = old == null || behind ? List.of() : vocabulary.used();
            List<String> columns =
                    vocabulary.columns().stream().map(StoreFile::column).toList();
            rewriting =
                    new StoreFile.Rewriting(month, ++newestVersion, old == null ? null : old.table(), columns, rows);
        }
        long total = build(rewriting);
        var written = new MonthPart.Written(month, rewriting.version(), total, known);
        MonthPart next = part(written);
        if (!used.isEmpty() && next.warm(null)) {
            used.forEach(next::warm);
        }
        synchronized (this) {
            strays.put(next, System.nanoTime());
            if (months.get(month) != old || file.isHeld()) {
                return;
            }
            file.write(() -> file.adopt(rewriting, written));
            strays.remove(next);
            put(next);
            delta = delta.without(month, delta == from ? rowsOfDelta : 0);
            weighedRows = delta.size();
            version++;
            if (old != null) {
                strays.put(old, System.nanoTime());
                old.forget(vocabulary.all());
            }
        }
        log.debug("wrote month {} of {} anew, {} rows", month, workspace.id(), total);
    }

    /**
     * What can wait: writes months anew, removes the rows of erased persons, and tables that no query reads any more. For
     * one thread.
     */
    void tidy() throws SQLException {
        tidying.lock();
        try {
            if (isBehind()) {
                return;
            }
            Set<Integer> again = new TreeSet<>();
            if (!isResting()) {
                again.addAll(heavy());
                again.addAll(scattered());
            }
            if (!again.isEmpty()) {
                rewrite(again);
            }
            tidyRest();
        } finally {
            tidying.unlock();
        }
    }

    /** Nobody who asks depends on it: where it fails the rows stay where they are for a while. */
    private void rewrite(Set<Integer> again) {
        try {
            for (int month : again) {
                compact(month);
            }
        } catch (SQLException e) {
            log.warn("Months {} of {} could not be written anew and stay as they are", again, workspace.id(), e);
            failedAt = System.nanoTime();
        }
    }

    /** Sorting millions of rows takes more than what the engine has every day; who reads a log at once has it already. */
    private long build(StoreFile.Rewriting rewriting) throws SQLException {
        limitMemory(settings.buildMemory());
        try {
            return file.build(rewriting);
        } finally {
            limitMemory(settings.memory());
        }
    }

    private synchronized void limitMemory(String limit) throws SQLException {
        if (!behind) {
            file.limitMemory(limit);
        }
    }

    private boolean isResting() {
        return failedAt != 0 && System.nanoTime() - failedAt < REST_NANOS;
    }

    private synchronized boolean isBehind() {
        return behind;
    }

    private synchronized void tidyRest() throws SQLException {
        if (behind) {
            return;
        }
        if (eraseRows) {
            erase();
        }
        people.tidy();
        vocabulary.noteAsked();
        dropStrays();
    }

    /**
     * Writes every month anew that holds rows of erased persons, removes them from everything else and puts a mark in the
     * place of values that nobody else has. Until this is done they are left out of every answer.
     */
    private void erase() throws SQLException {
        List<Property> columns = vocabulary.columns();
        Map<Property, Set<Integer>> suspects = new HashMap<>();
        for (String table : tables()) {
            String from = " from " + table + " where " + (table.equals("delta") ? "person" : "self")
                    + " in (select ordinal from erased)";
            for (Property property : columns) {
                if (file.has(table, StoreFile.column(property))) {
                    String column = StoreFile.column(property);
                    Set<Integer> codes = suspects.computeIfAbsent(property, key -> new HashSet<>());
                    file.ints("select distinct coalesce(" + column + ", 0)" + from, codes::add);
                }
            }
        }
        for (MonthPart part : List.copyOf(months.values())) {
            int[] found = new int[1];
            file.ints(
                    "select count(*)::integer from " + part.table() + " where self in (select ordinal from erased)",
                    count -> found[0] = count);
            if (found[0] > 0) {
                compact(part.month);
            }
        }
        file.write(() -> {
            file.execute("delete from delta where person in (select ordinal from erased)");
            file.execute("delete from profile where ordinal in (select ordinal from erased)");
        });
        loadDelta();
        people.forget(erased);
        for (var suspect : suspects.entrySet()) {
            forgetValues(suspect.getKey(), suspect.getValue());
        }
        file.deleteAside();
        file.write(() -> {
            file.execute("delete from meta where key = 'erasing'");
            Optional<LogState.Mark> newest = logs.state().newest(workspace, cursors.events());
            last = newest.orElse(null);
            if (last == null) {
                file.execute("delete from meta where key = 'last'");
            } else {
                file.setMeta("last", last.toString());
            }
        });
        eraseRows = false;
        version++;
        log.info("erased {} persons of {}", erased.cardinality(), workspace.id());
    }

    private List<String> tables() {
        List<String> tables = new ArrayList<>(List.of("delta"));
        months.values().forEach(part -> tables.add(part.table()));
        return tables;
    }

    private void forgetValues(Property property, Set<Integer> codes) throws SQLException {
        codes.remove(0);
        for (String table : tables()) {
            if (!codes.isEmpty() && file.has(table, StoreFile.column(property))) {
                String column = StoreFile.column(property);
                String among = codes.stream().map(String::valueOf).collect(Collectors.joining(", "));
                file.ints(
                        "select distinct " + column + " from " + table + " where " + column + " in (" + among + ")",
                        codes::remove);
            }
        }
        vocabulary.forget(property, codes);
    }

    /** A query that began before may still read them, and have loaded columns of them. */
    private void dropStrays() throws SQLException {
        long now = System.nanoTime();
        for (var stray : List.copyOf(strays.entrySet())) {
            if (now - stray.getValue() > KEEP_TABLES_MILLIS * 1_000_000) {
                drop(stray.getKey());
            }
        }
    }

    private void drop(MonthPart stray) throws SQLException {
        stray.forget(vocabulary.all());
        file.execute("drop table " + stray.table());
        strays.remove(stray);
    }

    /** Numbers persons, names and values of rows of the log. */
    private void add(LogFollower.Batch batch, Delta target) {
        int first = target.size();
        var persons = new int[batch.size];
        for (int i = 0; i < batch.size; i++) {
            persons[i] = ordinals.of(batch.persons[2 * i], batch.persons[2 * i + 1]);
        }
        for (int i = 0; i < batch.size; i++) {
            target.add(persons[i], batch.instants[i], vocabulary.names().code(batch.names[i]), batch.props[i]);
        }
        for (int i = 0; i < batch.propertyCount; i++) {
            Property property = vocabulary.property(batch.properties[i], batch.values[i]);
            if (property != null) {
                target.set(first + batch.rowOf[i], property.id, property.values.code(batch.values[i]));
            }
        }
    }

    /** Lets go of what is decoded, and of the tables that were replaced. */
    @Override
    public void close() {
        tidying.lock();
        try {
            closeFile();
        } finally {
            tidying.unlock();
        }
    }

    private synchronized void closeFile() {
        months.values().forEach(part -> part.forget(vocabulary.all()));
        try (file) {
            vocabulary.noteAsked();
            for (MonthPart stray : List.copyOf(strays.keySet())) {
                drop(stray);
            }
        } catch (SQLException e) {
            log.warn("The column store of {} was not closed cleanly", workspace.id(), e);
        }
    }
}
