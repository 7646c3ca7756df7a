package io.opsdeck.analytics.store;

/**
 * The rows of up to {@value #PERSONS} persons in one segment, ordered by person, time and log. Costs 6 bytes an event
 * (time in milliseconds since the start of the month as an unsigned int, event name as a short) and 6 bytes a person
 * that has events here. Rows of a delta, which belong to any month, have 8 bytes of time. Immutable.
 */
public final class Block {

    /** Persons of one block: the ordinals from {@code number * PERSONS} on. */
    public static final int PERSONS = 1 << 16;

    static final Block EMPTY = new Block(new char[0], new int[] {0}, 0, new int[0], new long[0], new short[0]);

    /** Ordinals within the block that have rows here, ascending. */
    public final char[] persons;

    /** Where the rows of each of {@link #persons} begin, and the number of rows at the end. */
    public final int[] starts;

    private final long base;
    private final int[] times;
    private final long[] instants;
    private final short[] names;

    Block(char[] persons, int[] starts, long base, int[] times, long[] instants, short[] names) {
        this.persons = persons;
        this.starts = starts;
        this.base = base;
        this.times = times;
        this.instants = instants;
        this.names = names;
    }

    public int rows() {
        return names.length;
    }

    /** Milliseconds since the epoch. */
    public long at(int row) {
        return times.length == 0 ? instants[row] : base + (times[row] & 0xffffffffL);
    }

    /** The code of the event's name. */
    public int name(int row) {
        return names[row] & 0xffff;
    }

    /**
     * Appends time and matches of those rows of one person that match anything, and which rows these are. Without a branch
     * on the match, which nobody can predict.
     *
     * @param byName the matches of every code of a name
     * @param always 1 to take all rows, 0 to take those that match
     * @param size how many there are in the arrays already, which have room for all rows
     * @return how many there are now
     */
    public int select(int begin, int end, int[] byName, int always, long[] at, int[] matches, int[] taken, int size) {
        int to = size;
        for (int row = begin; row < end; row++) {
            int found = byName[names[row] & 0xffff];
            at[to] = at(row);
            matches[to] = found;
            taken[to] = row;
            to += (found | -found) >>> 31 | always;
        }
        return to;
    }

    /** The same where the matches of each row are known. */
    public int selectKnown(
            int begin, int end, int[] byRow, int always, long[] at, int[] matches, int[] taken, int size) {
        int to = size;
        for (int row = begin; row < end; row++) {
            int found = byRow[row];
            at[to] = at(row);
            matches[to] = found;
            taken[to] = row;
            to += (found | -found) >>> 31 | always;
        }
        return to;
    }

    /** Sets what a name matches for each of some rows. */
    public void match(int begin, int end, int[] byName, int[] byRow) {
        for (int row = begin; row < end; row++) {
            byRow[row] = byName[names[row] & 0xffff];
        }
    }

    /** Where a person stands among {@link #persons}, or a negative number. */
    public int find(int person) {
        return java.util.Arrays.binarySearch(persons, (char) person);
    }

    /** The place of the first person from {@code person} on, or the number of persons. */
    public int from(int person) {
        int low = 0;
        int high = persons.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (persons[middle] < person) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    long bytes() {
        return 2L * persons.length + 4L * starts.length + 4L * times.length + 8L * instants.length + 2L * names.length;
    }
}
