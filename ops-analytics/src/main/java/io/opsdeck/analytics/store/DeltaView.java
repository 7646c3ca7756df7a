package io.opsdeck.analytics.store;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The first rows of a delta in person order. Sorted once, by counting persons, then by time within those few whose rows
 * arrived in another order. The arrays behind it only ever grow.
 */
final class DeltaView implements Segment {

    static final DeltaView EMPTY =
            new DeltaView(0, 0, new int[0], new long[0], new short[0], new String[0], new int[0][]);

    private static final int[] NOTHING = {};

    private final int size;
    private final int blocks;
    private final int people;
    private final int[] persons;
    private final long[] instants;
    private final short[] names;
    private final String[] props;
    private final int[][] codes;
    private final Map<Integer, Codes[]> sortedCodes = new ConcurrentHashMap<>();
    private int[] order = new int[0];
    private Block[] sorted = new Block[0];
    private int[] firsts = new int[0];
    private long from;
    private long to;
    private volatile boolean ready;

    DeltaView(int size, int people, int[] persons, long[] instants, short[] names, String[] props, int[][] codes) {
        this.size = size;
        this.people = people;
        this.blocks = (people + Block.PERSONS - 1) / Block.PERSONS;
        this.persons = persons;
        this.instants = instants;
        this.names = names;
        this.props = props;
        this.codes = codes;
    }

    int size() {
        return size;
    }

    /**
     * How many rows lie in a range of milliseconds since the epoch. Until its month is written, which makes another version
     * of it, rows only join it.
     */
    long count(long earliest, long latest) {
        long count = 0;
        for (int row = 0; row < size; row++) {
            count += instants[row] >= earliest && instants[row] < latest ? 1 : 0;
        }
        return count;
    }

    @Override
    public long from() {
        sort();
        return from;
    }

    @Override
    public long to() {
        sort();
        return to;
    }

    @Override
    public int merged() {
        return 0;
    }

    @Override
    public Block block(int number) {
        sort();
        return number < sorted.length ? sorted[number] : Block.EMPTY;
    }

    @Override
    public Codes codes(int number, Property property) {
        sort();
        if (property.decoded != null) {
            return decoded(number, property.decoded);
        }
        int[] column = property.id < codes.length ? codes[property.id] : NOTHING;
        if (column.length == 0 || number >= sorted.length) {
            return Codes.NONE;
        }
        Codes[] known = sortedCodes.get(property.id);
        return known != null ? known[number] : sortedCodes.computeIfAbsent(property.id, id -> sort(column))[number];
    }

    /** Behind everything that a month holds. */
    @Override
    public long[] sequences(int number) {
        sort();
        long[] sequences = new long[sorted[number].rows()];
        Arrays.setAll(sequences, row -> (1L << 62) + order[firsts[number] + row]);
        return sequences;
    }

    private Codes decoded(int number, Map<Segment, Codes[]> columns) {
        Codes[] column = columns.get(this);
        return column == null || number >= column.length ? Codes.NONE : column[number];
    }

    @Override
    public void decode(Property property, DecodeGuard guard) {
        sort();
        guard.decoded(4L * size);
        int[] column = new int[size];
        for (int row = 0; row < size; row++) {
            int at = row;
            PropertyDecoder.decode(props[row], (name, value) -> {
                if (name.equals(property.name)) {
                    column[at] = property.values.code(value);
                }
            });
        }
        if (property.decoded != null) {
            property.decoded.put(this, sort(column));
        }
    }

    private Codes[] sort(int[] column) {
        var blocksOf = new Codes[sorted.length];
        int row = 0;
        int[] buffer = new int[size];
        for (int number = 0; number < sorted.length; number++) {
            int rows = sorted[number].rows();
            for (int i = 0; i < rows; i++, row++) {
                int at = order[row];
                buffer[i] = at < column.length ? column[at] : 0;
            }
            blocksOf[number] = Codes.of(buffer, rows);
        }
        return blocksOf;
    }

    private void sort() {
        if (!ready) {
            sortOnce();
        }
    }

    private synchronized void sortOnce() {
        if (ready) {
            return;
        }
        int[] starts = new int[people + 1];
        for (int row = 0; row < size; row++) {
            starts[persons[row] + 1]++;
        }
        for (int person = 0; person < people; person++) {
            starts[person + 1] += starts[person];
        }
        order = new int[size];
        int[] next = Arrays.copyOf(starts, people);
        long least = Long.MAX_VALUE;
        long most = Long.MIN_VALUE;
        for (int row = 0; row < size; row++) {
            long at = instants[row];
            least = Math.min(least, at);
            most = Math.max(most, at);
            order[next[persons[row]]++] = row;
        }
        for (int person = 0; person < people; person++) {
            sortByTime(starts[person], starts[person + 1]);
        }
        from = size == 0 ? 0 : least;
        to = size == 0 ? 0 : most + 1;
        sorted = new Block[blocks];
        firsts = new int[blocks];
        for (int number = 0; number < blocks; number++) {
            firsts[number] = starts[number * Block.PERSONS];
            sorted[number] = block(number, starts);
        }
        ready = true;
    }

    /** Rows of one person stand in the order of the log, which is nearly always that of time already. */
    private void sortByTime(int begin, int end) {
        boolean inOrder = true;
        for (int i = begin + 1; i < end && inOrder; i++) {
            inOrder = instants[order[i - 1]] <= instants[order[i]];
        }
        if (inOrder) {
            return;
        }
        Integer[] rows = new Integer[end - begin];
        Arrays.setAll(rows, i -> order[begin + i]);
        Arrays.sort(rows, Comparator.comparingLong(row -> instants[row]));
        for (int i = 0; i < rows.length; i++) {
            order[begin + i] = rows[i];
        }
    }

    private Block block(int number, int[] starts) {
        int first = number * Block.PERSONS;
        int last = Math.min(people, first + Block.PERSONS);
        int begin = starts[first];
        int rows = starts[last] - begin;
        if (rows == 0) {
            return Block.EMPTY;
        }
        var of = new char[Math.min(rows, last - first)];
        var startsOf = new int[of.length + 1];
        int found = 0;
        for (int person = first; person < last; person++) {
            if (starts[person + 1] > starts[person]) {
                of[found] = (char) (person - first);
                startsOf[found++] = starts[person] - begin;
            }
        }
        startsOf[found] = rows;
        var at = new long[rows];
        var name = new short[rows];
        for (int i = 0; i < rows; i++) {
            at[i] = instants[order[begin + i]];
            name[i] = names[order[begin + i]];
        }
        return new Block(Arrays.copyOf(of, found), Arrays.copyOf(startsOf, found + 1), 0, new int[0], at, name);
    }
}
