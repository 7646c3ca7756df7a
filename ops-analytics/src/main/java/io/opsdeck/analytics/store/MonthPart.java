package io.opsdeck.analytics.store;

import java.sql.SQLException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import org.duckdb.DuckDBReadableVector;
import org.jspecify.annotations.Nullable;

/** One month of events as its table holds them. Nothing of it changes; writing the month again makes another part. */
final class MonthPart implements Segment {

    private static final long BYTES_OF_A_VALUE = 150;

    final int month;
    final int version;
    final long rows;
    private final int merged;
    private final int blocks;
    private final StoreFile file;
    private final ColumnCache cache;
    private final Object store;

    /**
     * What the file says of a month.
     *
     * @param merged the last merge that was known when it was written
     */
    record Written(int month, int version, long rows, int merged) {}

    /** @param store tells parts of several workspaces apart in the cache */
    MonthPart(Written written, int persons, StoreFile file, ColumnCache cache, Object store) {
        this.month = written.month;
        this.version = written.version;
        this.rows = written.rows;
        this.merged = written.merged;
        this.blocks = (persons + Block.PERSONS - 1) / Block.PERSONS;
        this.file = file;
        this.cache = cache;
        this.store = store;
    }

    String table() {
        return StoreFile.partTable(month, version);
    }

    private record Key(Object store, int month, int version, int property) {}

    private record Blocks(Block[] blocks, long bytes) implements ColumnCache.Sized {}

    private record Column(Codes[] blocks, long bytes) implements ColumnCache.Sized {}

    private record Sequences(long[][] blocks, long bytes) implements ColumnCache.Sized {}

    /** Months since the year 0, in UTC. */
    static int monthOf(long at) {
        LocalDate day = LocalDate.ofEpochDay(Math.floorDiv(at, 86_400_000L));
        return day.getYear() * 12 + day.getMonthValue() - 1;
    }

    static long startOf(int month) {
        return LocalDate.of(Math.floorDiv(month, 12), Math.floorMod(month, 12) + 1, 1)
                .atStartOfDay(ZoneOffset.UTC)
                .toInstant()
                .toEpochMilli();
    }

    @Override
    public long from() {
        return startOf(month);
    }

    @Override
    public long to() {
        return startOf(month + 1);
    }

    @Override
    public int merged() {
        return merged;
    }

    @Override
    public Block block(int number) {
        Block[] all = blocks();
        return number < all.length ? all[number] : Block.EMPTY;
    }

    private Block[] blocks() {
        return cache.get(new Key(store, month, version, -1), Blocks.class, this::loadBlocks)
                .blocks();
    }

    @Override
    public Codes codes(int number, Property property) {
        if (property.decoded != null) {
            Codes[] column = property.decoded.get(this);
            return column == null || number >= column.length ? Codes.NONE : column[number];
        }
        Codes[] all = cache.get(new Key(store, month, version, property.id), Column.class, () -> loadCodes(property))
                .blocks();
        return number < all.length ? all[number] : Codes.NONE;
    }

    @Override
    public long[] sequences(int number) {
        return cache.get(new Key(store, month, version, -2), Sequences.class, this::loadSequences)
                .blocks()[number];
    }

    private Sequences loadSequences() {
        Block[] rowsOf = blocks();
        var sequences = new long[rowsOf.length][];
        Arrays.setAll(sequences, number -> new long[rowsOf[number].rows()]);
        int[] at = new int[2];
        read("select n from " + table(), (columns, count) -> {
            for (int i = 0; i < count; i++) {
                while (at[1] == sequences[at[0]].length) {
                    at[0]++;
                    at[1] = 0;
                }
                sequences[at[0]][at[1]++] = columns[0].getLong(i);
            }
        });
        return new Sequences(sequences, 8 * rows);
    }

    /** Lets go of what is decoded. */
    void forget(Iterable<Property> properties) {
        cache.remove(new Key(store, month, version, -1));
        cache.remove(new Key(store, month, version, -2));
        properties.forEach(property -> cache.remove(new Key(store, month, version, property.id)));
    }

    private Blocks loadBlocks() {
        var loading = new BlockLoader(blocks, startOf(month), rows);
        read("select person, ts, name from " + table(), loading);
        Block[] loaded = loading.finish();
        return new Blocks(loaded, Arrays.stream(loaded).mapToLong(Block::bytes).sum());
    }

    /** Reads a column, or times and names for null, before anybody waits for it; false where it would drive out another. */
    boolean warm(@Nullable Property property) {
        if (!cache.hasRoom((property == null ? 8 : 4) * rows)) {
            return false;
        }
        if (property == null) {
            blocks();
        } else {
            codes(0, property);
        }
        return true;
    }

    private Column loadCodes(Property property) {
        Block[] rowsOf = blocks();
        var codes = new Codes[rowsOf.length];
        Arrays.fill(codes, Codes.NONE);
        String column = StoreFile.column(property);
        if (!has(column)) {
            return new Column(codes, 64);
        }
        var filling = new CodeLoader(rowsOf, codes);
        int[] chunk = new int[StoreFile.CHUNK];
        read("select " + column + " from " + table(), (columns, count) -> {
            for (int i = 0; i < count; i++) {
                chunk[i] = columns[0].getInt(i, 0);
            }
            filling.codes(chunk, count);
        });
        return new Column(codes, Arrays.stream(codes).mapToLong(Codes::bytes).sum());
    }

    @Override
    public void decode(Property property, DecodeGuard guard) {
        Block[] rowsOf = blocks();
        var codes = new Codes[rowsOf.length];
        Arrays.fill(codes, Codes.NONE);
        var filling = new CodeLoader(rowsOf, codes);
        int[] code = new int[1];
        int[] known = {property.size()};
        read("select props from " + table(), (columns, count) -> {
            for (int i = 0; i < count; i++) {
                code[0] = 0;
                PropertyDecoder.decode(columns[0].getString(i), (name, value) -> {
                    if (name.equals(property.name)) {
                        code[0] = property.values.code(value);
                    }
                });
                filling.code(code[0]);
            }
            guard.decoded(4L * count + BYTES_OF_A_VALUE * (property.size() - known[0]));
            known[0] = property.size();
        });
        if (property.decoded != null) {
            property.decoded.put(this, codes);
        }
    }

    private boolean has(String column) {
        try {
            return file.has(table(), column);
        } catch (SQLException e) {
            throw new StoreUnreadableException(e);
        }
    }

    private void read(String sql, StoreFile.ChunkSink sink) {
        try {
            file.read(sql, sink);
        } catch (SQLException e) {
            throw new StoreUnreadableException(e);
        }
    }

    /** Cuts rows in person order into blocks. Column by column: the checks of a vector are then made once a chunk. */
    private static final class BlockLoader implements StoreFile.ChunkSink {

        private final Block[] blocks;
        private final long base;
        private int block = -1;
        private char[] persons = new char[Block.PERSONS];
        private int[] starts = new int[Block.PERSONS + 1];
        private int[] times;
        private short[] names;
        private int people;
        private int rows;
        private final int[] chunk = new int[StoreFile.CHUNK];

        BlockLoader(int blocks, long base, long rows) {
            this.blocks = new Block[blocks];
            this.base = base;
            int room = (int) Math.min(rows, 1 << 20) + StoreFile.CHUNK;
            this.times = new int[room];
            this.names = new short[room];
            Arrays.fill(this.blocks, Block.EMPTY);
        }

        @Override
        public void chunk(DuckDBReadableVector[] columns, int count) {
            for (int i = 0; i < count; i++) {
                chunk[i] = columns[0].getInt(i);
            }
            int from = 0;
            while (from < count) {
                int of = chunk[from] / Block.PERSONS;
                if (of != block) {
                    close();
                    block = of;
                }
                int to = count;
                if (chunk[count - 1] / Block.PERSONS != of) {
                    to = from + 1;
                    while (chunk[to] / Block.PERSONS == of) {
                        to++;
                    }
                }
                rows(columns, from, to);
                from = to;
            }
        }

        /** Some rows of a chunk that belong to the same block. */
        private void rows(DuckDBReadableVector[] columns, int from, int to) {
            if (rows + to - from > times.length) {
                times = Arrays.copyOf(times, 2 * rows + StoreFile.CHUNK);
                names = Arrays.copyOf(names, 2 * rows + StoreFile.CHUNK);
            }
            int shift = rows - from;
            DuckDBReadableVector column = columns[1];
            for (int i = from; i < to; i++) {
                times[i + shift] = (int) (column.getLong(i) - base);
            }
            column = columns[2];
            for (int i = from; i < to; i++) {
                names[i + shift] = (short) column.getInt(i);
            }
            int last = people == 0 ? -1 : persons[people - 1];
            for (int i = from; i < to; i++) {
                int local = chunk[i] % Block.PERSONS;
                if (local != last) {
                    persons[people] = (char) local;
                    starts[people++] = i + shift;
                    last = local;
                }
            }
            rows += to - from;
        }

        private void close() {
            if (rows == 0) {
                return;
            }
            starts[people] = rows;
            blocks[block] = new Block(
                    Arrays.copyOf(persons, people),
                    Arrays.copyOf(starts, people + 1),
                    base,
                    Arrays.copyOf(times, rows),
                    new long[0],
                    Arrays.copyOf(names, rows));
            people = 0;
            rows = 0;
        }

        Block[] finish() {
            close();
            return blocks;
        }
    }

    /** Cuts the codes of a column the same way. */
    private static final class CodeLoader {

        private final Block[] blocks;
        private final Codes[] codes;
        private int block = -1;
        private int size;
        private int left;
        private int[] buffer = new int[0];

        CodeLoader(Block[] blocks, Codes[] codes) {
            this.blocks = blocks;
            this.codes = codes;
        }

        void code(int code) {
            next();
            buffer[size++] = code;
            taken(1);
        }

        void codes(int[] chunk, int count) {
            int from = 0;
            while (from < count) {
                next();
                int some = Math.min(left, count - from);
                System.arraycopy(chunk, from, buffer, size, some);
                size += some;
                from += some;
                taken(some);
            }
        }

        /** Goes to the next block that has rows left. */
        private void next() {
            while (left == 0) {
                block++;
                left = blocks[block].rows();
                size = 0;
                if (buffer.length < left) {
                    buffer = new int[left];
                }
            }
        }

        private void taken(int some) {
            left -= some;
            if (left == 0) {
                codes[block] = Codes.of(buffer, size);
            }
        }
    }
}
