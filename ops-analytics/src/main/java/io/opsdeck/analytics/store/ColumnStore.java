package io.opsdeck.analytics.store;

import static java.util.Objects.requireNonNull;

import io.opsdeck.analytics.event.LogPosition;
import io.opsdeck.analytics.event.LogReader;
import io.opsdeck.core.workspace.WorkspaceId;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.duckdb.DuckDBAppender;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One workspace's events as columns. Follows the log of events and that of merged persons; every batch is written to the
 * file with the cursors and then joins what is in memory. A month is written anew when its share of the delta has grown.
 * One thread writes at a time; queries work on snapshots and wait for nobody.
 */
final class ColumnStore implements AutoCloseable {

    /** Beyond these a property stays in the JSON of its rows. */
    static final int MOST_PROPERTIES = 200;

    static final int MOST_VALUES = 200_000;
    private static final Logger log = LoggerFactory.getLogger(ColumnStore.class);
    private static final int BATCH = 20_000;
    private static final int FULL = 40;
    private static final double MUCH_OF_A_MONTH = 0.05;
    private static final long KEEP_TABLES_MILLIS = 120_000;

    private final WorkspaceId workspace;
    private final LogReader reader;
    private final StoreFile file;
    private final ColumnCache cache;
    private final int rewriteRows;
    private final Object identity = new Object();

    private final PersonOrdinals ordinals = new PersonOrdinals();
    private final Dictionary names = new Dictionary();
    private final List<Property> properties = new ArrayList<>();
    private final Map<String, Property> coded = new HashMap<>();
    private final Map<String, Property> uncoded = new HashMap<>();
    private final Map<Integer, Integer> merged = new HashMap<>();
    private final TreeMap<Integer, MonthPart> months = new TreeMap<>();
    private final Map<String, Long> strays = new HashMap<>();

    private Delta delta = new Delta();
    private LogPosition events = LogPosition.START;
    private LogPosition aliases = LogPosition.START;
    private long rows;

    /** How many of the persons and names the file holds; reading a batch already numbers new ones. */
    private int writtenPersons;

    private int writtenNames = 1;
    private long version = 1;
    private long asOf;
    private @Nullable Snapshot snapshot;
    private long shownAsOf;

    /** The file holds rows that memory does not. */
    private boolean behind;

    private ColumnStore(WorkspaceId workspace, LogReader reader, StoreFile file, ColumnCache cache, int rewriteRows) {
        this.rewriteRows = rewriteRows;
        this.workspace = workspace;
        this.reader = reader;
        this.file = file;
        this.cache = cache;
    }

    /**
     * Opens the file or makes one.
     *
     * @param rewriteRows a month is written anew when so many rows of it, and a twentieth of it, wait in the delta
     */
    static ColumnStore open(
            WorkspaceId workspace,
            LogReader reader,
            Path path,
            ColumnCache cache,
            String memoryLimit,
            int threads,
            int rewriteRows)
            throws SQLException {
        StoreFile file = StoreFile.open(path, memoryLimit, threads);
        var store = new ColumnStore(workspace, reader, file, cache, rewriteRows);
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
            events = new LogPosition(Long.parseUnsignedLong(parts[0]), Long.parseLong(parts[1]));
            aliases = new LogPosition(Long.parseUnsignedLong(parts[2]), Long.parseLong(parts[3]));
            rows = Long.parseLong(parts[4]);
            asOf = Long.parseLong(parts[5]);
        }
        file.read("select id::varchar, ordinal from person order by ordinal", (columns, count) -> {
            for (int i = 0; i < count; i++) {
                UUID id = UUID.fromString(columns[0].getString(i));
                ordinals.of(id.getMostSignificantBits(), id.getLeastSignificantBits());
            }
        });
        file.read("select name from name order by code", (columns, count) -> {
            for (int i = 0; i < count; i++) {
                names.code(columns[0].getString(i));
            }
        });
        writtenPersons = ordinals.size();
        writtenNames = names.size();
        file.read("select name, coded from property order by id", (columns, count) -> {
            for (int i = 0; i < count; i++) {
                var property = new Property(properties.size(), columns[0].getString(i));
                properties.add(property);
                (columns[1].getBoolean(i) ? coded : uncoded).put(property.name, property);
            }
        });
        file.read("select property, value from value order by property, code", (columns, count) -> {
            for (int i = 0; i < count; i++) {
                properties.get(columns[0].getInt(i)).values.code(columns[1].getString(i));
            }
        });
        file.read("select person, canonical from alias", (columns, count) -> {
            for (int i = 0; i < count; i++) {
                merged.put(columns[0].getInt(i), columns[1].getInt(i));
            }
        });
        file.read("select month, version, total from part", (columns, count) -> {
            for (int i = 0; i < count; i++) {
                int month = columns[0].getInt(i);
                months.put(month, part(month, columns[1].getInt(i), columns[2].getLong(i)));
            }
        });
        for (String stray : file.strayTables()) {
            file.execute("drop table " + stray);
        }
        if (waiting().values().stream().mapToLong(count -> count).sum() >= FULL * rewriteRows) {
            compactAll();
        }
        loadDelta();
        shownAsOf = asOf;
    }

    private void loadDelta() throws SQLException {
        delta = new Delta();
        List<Property> held = coded.values().stream().toList();
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

    private MonthPart part(int month, int partVersion, long total) {
        return new MonthPart(month, partVersion, total, ordinals.size(), file, cache, identity);
    }

    /** What is known now. */
    synchronized Snapshot snapshot() {
        if (snapshot == null || snapshot.version() != version) {
            snapshot = new Snapshot(
                    List.copyOf(months.values()),
                    delta.view(ordinals.size()),
                    ordinals,
                    ordinals.size(),
                    Merges.of(merged, ordinals.size()),
                    names,
                    Map.copyOf(coded),
                    Set.copyOf(uncoded.keySet()),
                    version,
                    shownAsOf);
        }
        return snapshot;
    }

    /**
     * Reads one batch of each log; true when there may be more at once. As long as there is more, rows go to the file
     * alone and join what is in memory with the last batch, each month written once: a log of millions of rows does not
     * pass through the heap, and nobody sees a part of it.
     */
    synchronized boolean follow() throws SQLException {
        var batch = new Batch();
        LogPosition toEvents = reader.follow(workspace, events, BATCH, batch);
        List<LogReader.PersonAlias> newAliases = reader.aliases(workspace, aliases, BATCH);
        boolean more = batch.size == BATCH;
        if (batch.size == 0 && newAliases.isEmpty() && !behind) {
            events = toEvents;
            return false;
        }
        LogPosition toAliases = newAliases.isEmpty()
                ? aliases
                : newAliases.get(newAliases.size() - 1).position();
        behind |= more;
        write(batch, behind ? new Delta() : delta, newAliases, toEvents, toAliases);
        events = toEvents;
        aliases = toAliases;
        if (more) {
            return true;
        }
        if (behind) {
            compactAll();
            loadDelta();
            behind = false;
        } else {
            compact();
        }
        shownAsOf = asOf;
        version++;
        return newAliases.size() == BATCH;
    }

    private void write(
            Batch batch,
            Delta target,
            List<LogReader.PersonAlias> newAliases,
            LogPosition toEvents,
            LogPosition toAliases)
            throws SQLException {
        int knownProperties = properties.size();
        int[] knownValues = properties.stream().mapToInt(Property::size).toArray();
        Set<String> before = Set.copyOf(coded.keySet());
        int first = target.size();
        batch.addTo(target);
        Map<Integer, Integer> links = new HashMap<>();
        for (var alias : newAliases) {
            links.put(ordinal(alias.person().id()), ordinal(alias.canonical().id()));
        }
        file.write(() -> {
            for (String name : before) {
                if (!coded.containsKey(name)) {
                    giveUp(requireNonNull(uncoded.get(name)));
                }
            }
            writeProperties(knownProperties);
            writePersons(writtenPersons);
            writeNames(writtenNames);
            writeValues(knownValues);
            writeRows(batch, target, first);
            for (var link : links.entrySet()) {
                file.execute("insert into alias values (" + link.getKey() + ", " + link.getValue() + ")");
            }
            file.setMeta(
                    "cursor",
                    Long.toUnsignedString(toEvents.tx()) + " " + toEvents.seq() + " "
                            + Long.toUnsignedString(toAliases.tx()) + " " + toAliases.seq() + " " + (rows + batch.size)
                            + " " + Math.max(asOf, batch.newest));
        });
        writtenPersons = ordinals.size();
        writtenNames = names.size();
        merged.putAll(links);
        rows += batch.size;
        asOf = Math.max(asOf, batch.newest);
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

    private void writeNames(int from) throws SQLException {
        if (from == names.size()) {
            return;
        }
        try (DuckDBAppender rowsOf = file.append("name")) {
            for (int code = from; code < names.size(); code++) {
                rowsOf.beginRow().append(code).append(names.values()[code]).endRow();
            }
        }
    }

    private void writeProperties(int from) throws SQLException {
        for (int id = from; id < properties.size(); id++) {
            Property property = properties.get(id);
            boolean hasColumn = coded.containsKey(property.name);
            try (DuckDBAppender rowsOf = file.append("property")) {
                rowsOf.beginRow()
                        .append(id)
                        .append(property.name)
                        .append(hasColumn)
                        .endRow();
            }
            if (hasColumn) {
                file.execute("alter table delta add column " + StoreFile.column(property) + " integer");
            }
        }
    }

    private void giveUp(Property property) throws SQLException {
        file.execute("update property set coded = false where id = " + property.id);
        file.execute("delete from value where property = " + property.id);
        file.execute("alter table delta drop column " + StoreFile.column(property));
    }

    private void writeValues(int[] known) throws SQLException {
        try (DuckDBAppender rowsOf = file.append("value")) {
            for (Property property : coded.values()) {
                int from = property.id < known.length ? known[property.id] : 1;
                String[] values = property.values();
                for (int code = from; code < property.size(); code++) {
                    rowsOf.beginRow()
                            .append(property.id)
                            .append(code)
                            .append(values[code])
                            .endRow();
                }
            }
        }
    }

    private void writeRows(Batch batch, Delta target, int first) throws SQLException {
        if (batch.size == 0) {
            return;
        }
        List<Property> columns = properties.stream()
                .filter(property -> coded.containsKey(property.name))
                .toList();
        try (DuckDBAppender rowsOf = file.append("delta")) {
            for (int i = 0; i < batch.size; i++) {
                rowsOf.beginRow()
                        .append(rows + i)
                        .append(MonthPart.monthOf(batch.instants[i]))
                        .append(batch.persons[i])
                        .append(batch.instants[i])
                        .append(batch.eventNames[i])
                        .append(batch.props[i]);
                for (Property property : columns) {
                    int code = target.code(first + i, property.id);
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

    /** Writes the months anew that the delta holds much of. */
    private void compact() throws SQLException {
        if (delta.size() < rewriteRows) {
            return;
        }
        boolean full = delta.size() >= FULL * rewriteRows;
        for (var entry : waiting().entrySet()) {
            MonthPart old = months.get(entry.getKey());
            long total = old == null ? 0 : old.rows;
            boolean much = entry.getValue() >= rewriteRows && entry.getValue() > MUCH_OF_A_MONTH * total;
            if (full || much) {
                compact(entry.getKey(), old);
            }
        }
        dropStrays();
    }

    private void compactAll() throws SQLException {
        for (int month : waiting().keySet()) {
            compact(month, months.get(month));
        }
        dropStrays();
    }

    private Map<Integer, Long> waiting() throws SQLException {
        Map<Integer, Long> waiting = new TreeMap<>();
        file.deltaMonths((count, month) -> waiting.put(month, count));
        return waiting;
    }

    private void compact(int month, @Nullable MonthPart old) throws SQLException {
        int next = old == null ? 1 : old.version + 1;
        List<String> columns = properties.stream()
                .filter(property -> coded.containsKey(property.name))
                .map(StoreFile::column)
                .toList();
        file.write(() -> file.compact(month, next, columns));
        long[] total = new long[1];
        file.read(
                "select count(*) from " + StoreFile.partTable(month, next),
                (counts, count) -> total[0] = counts[0].getLong(0));
        months.put(month, part(month, next, total[0]));
        delta = delta.without(month);
        version++;
        if (old != null) {
            strays.put(StoreFile.partTable(month, old.version), System.nanoTime());
            old.forget(properties);
        }
        log.debug("wrote month {} of {} anew, {} rows", month, workspace.id(), total[0]);
    }

    /** A query that began before may still read them. */
    private void dropStrays() throws SQLException {
        long now = System.nanoTime();
        for (var stray : List.copyOf(strays.entrySet())) {
            if (now - stray.getValue() > KEEP_TABLES_MILLIS * 1_000_000) {
                file.execute("drop table " + stray.getKey());
                strays.remove(stray.getKey());
            }
        }
    }

    /** Rows of the log as they are read, decoded. */
    private final class Batch implements LogReader.EventSink {

        private final int[] persons = new int[BATCH];
        private final long[] instants = new long[BATCH];
        private final int[] eventNames = new int[BATCH];
        private final String[] props = new String[BATCH];
        private int size;
        private long newest;

        @Override
        public void event(UUID person, String name, long at, long receivedAt, String json) {
            persons[size] = ordinal(person);
            instants[size] = at;
            eventNames[size] = names.code(name);
            props[size++] = json;
            newest = Math.max(newest, receivedAt);
        }

        void addTo(Delta target) {
            for (int i = 0; i < size; i++) {
                int row = target.add(persons[i], instants[i], eventNames[i], props[i]);
                PropertyDecoder.decode(props[i], (name, value) -> {
                    Property property = property(name, value);
                    if (property != null) {
                        target.set(row, property.id, property.values.code(value));
                    }
                });
            }
        }
    }

    /** The property if its values have codes. One with too many of them stays in the JSON from now on, for all rows. */
    private @Nullable Property property(String name, String value) {
        Property known = coded.get(name);
        if (known == null && !uncoded.containsKey(name)) {
            known = new Property(properties.size(), name);
            properties.add(known);
            (coded.size() < MOST_PROPERTIES ? coded : uncoded).put(name, known);
            return coded.get(name);
        }
        if (known != null && known.size() > MOST_VALUES && known.find(value) == null) {
            coded.remove(name);
            uncoded.put(name, known);
            return null;
        }
        return known;
    }

    @Override
    public synchronized void close() {
        try {
            file.close();
        } catch (SQLException e) {
            log.warn("The column store of {} was not closed cleanly", workspace.id(), e);
        }
    }
}
