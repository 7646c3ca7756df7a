package io.opsdeck.analytics.store;

/**
 * The rows of up to {@value #PERSONS} persons in one segment, ordered by person, time and log. Costs 6 bytes an event
 * (time in milliseconds since the start of the month as an unsigned int, event name as a short) and 6 bytes a person
 * that has events here. Rows of a delta, which belong to any month, have 8 bytes of time. Immutable.
 */
public final class Block {

    /** Persons of one block: the ordinals from {@code number * PERSONS} on. */
    public static final int PERSONS = 1 << 16;

    private static final int NEAR = 16;

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
     * Lists the rows from {@code begin} to {@code end} that match anything. Without a branch on the match, which nobody can
     * predict.
     *
     * @param hits 1 for every code of a name that matches, 0 for the others
     * @param picked with room for all rows
     * @return how many there are
     */
    public int pick(int begin, int end, byte[] hits, int[] picked) {
        short[] codes = names;
        int count = 0;
        for (int row = begin; row < end; row++) {
            picked[count] = row;
            count += hits[codes[row] & 0xffff];
        }
        return count;
    }

    /** The same where the matches of each row are known. */
    public static int pickMatched(int begin, int end, int[] byRow, int[] picked) {
        int count = 0;
        for (int row = begin; row < end; row++) {
            int found = byRow[row];
            picked[count] = row;
            count += (found | -found) >>> 31;
        }
        return count;
    }

    /** Of some rows in order keeps those in {@code [earliest, latest)} milliseconds, and says how many are left. */
    public int within(int[] picked, int count, long earliest, long latest) {
        int kept = 0;
        for (int i = 0; i < count; i++) {
            int row = picked[i];
            long at = at(row);
            picked[kept] = row;
            kept += at >= earliest && at < latest ? 1 : 0;
        }
        return kept;
    }

    /** Times of the rows from {@code begin} to {@code end}, the first of them at {@code place}. */
    public void readTimes(int begin, int end, long[] at, int place) {
        if (times.length == 0) {
            System.arraycopy(instants, begin, at, place, end - begin);
            return;
        }
        int[] offsets = times;
        int shift = place - begin;
        for (int row = begin; row < end; row++) {
            at[row + shift] = base + (offsets[row] & 0xffffffffL);
        }
    }

    /** The codes of the names of these rows. */
    public void readNames(int begin, int end, int[] into, int place) {
        int shift = place - begin;
        for (int row = begin; row < end; row++) {
            into[row + shift] = names[row] & 0xffff;
        }
    }

    /** What a table says of the names of these rows. */
    public void readNames(int begin, int end, int[] byName, int[] into, int place) {
        int shift = place - begin;
        for (int row = begin; row < end; row++) {
            into[row + shift] = byName[names[row] & 0xffff];
        }
    }

    /** Times and names of {@code picked[from..to)}, the first of them at {@code place}. */
    public void read(int[] picked, int from, int to, int[] byName, long[] at, int[] matches, int place) {
        int shift = place - from;
        for (int i = from; i < to; i++) {
            int row = picked[i];
            at[i + shift] = at(row);
            matches[i + shift] = byName[names[row] & 0xffff];
        }
    }

    /** The same with the matches of each row instead of names. */
    public void readMatched(int[] picked, int from, int to, int[] byRow, long[] at, int[] matches, int place) {
        int shift = place - from;
        for (int i = from; i < to; i++) {
            int row = picked[i];
            at[i + shift] = at(row);
            matches[i + shift] = byRow[row];
        }
    }

    /**
     * The place of the first person from {@code person} on, or the number of persons. Looks first where it would be if
     * persons were spread evenly, since who is read out of turn costs a line of memory a look.
     */
    public int from(int person) {
        int guess = (int) ((long) persons.length * person / PERSONS);
        int low = 0;
        int high = persons.length;
        if (guess < high && persons[guess] < person) {
            low = guess + 1;
            for (int step = NEAR; guess + step < high && persons[guess + step] < person; step *= 2) {
                low = guess + step + 1;
            }
            high = Math.min(high, Math.max(low, guess + 2 * (low - guess - 1) + NEAR));
        } else {
            high = guess;
            for (int step = NEAR; guess - step >= 0 && persons[guess - step] >= person; step *= 2) {
                high = guess - step;
            }
            low = Math.max(0, guess - 2 * (guess - high) - NEAR);
        }
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
