package io.opsdeck.analytics.fold;

import java.util.Arrays;

/**
 * The events of one person that matter to a query, in order: parallel arrays that are filled anew for each person and
 * only grow. 12 bytes per event, 4 more for values, 4 for keys, 8 for amounts. The fields are public because the engine
 * fills and the folds read them in their innermost loops; arrays that the plan does not need stay empty.
 */
public final class PersonSlice {

    private static final int FIRST_CAPACITY = 64;

    /** Dense ordinal of the person. */
    public int person;

    /** Number of events. */
    public int size;

    /** Dictionary code of the profile's breakdown value, 0 for none. */
    public int trait;

    /** Epoch milliseconds at which the profile was created, {@link Long#MAX_VALUE} where that is not known. */
    public long created;

    /** Epoch milliseconds, ascending; events of equal time stand in the order of the log and count as after. */
    public long[] at;

    /** Bit k says that matcher k of the query matches the event. */
    public int[] bits;

    /** Dictionary code of the event's breakdown value, 0 for none. */
    public int[] value;

    /** Dictionary code of the property that events have to share, 0 for none. */
    public int[] key;

    /** Numeric property, NaN where the event has none. */
    public double[] amount;

    public PersonSlice(FoldNeeds needs) {
        at = new long[FIRST_CAPACITY];
        bits = new int[FIRST_CAPACITY];
        value = new int[needs.values() ? FIRST_CAPACITY : 0];
        key = new int[needs.keys() ? FIRST_CAPACITY : 0];
        amount = new double[needs.amounts() ? FIRST_CAPACITY : 0];
    }

    /** Forgets the person before. */
    public void begin(int next) {
        person = next;
        size = 0;
        trait = 0;
        created = Long.MAX_VALUE;
    }

    /** Makes room for {@code capacity} events in all arrays that are in use. */
    public void reserve(int capacity) {
        if (capacity <= at.length) {
            return;
        }
        int length = Math.max(capacity, at.length * 2);
        at = Arrays.copyOf(at, length);
        bits = Arrays.copyOf(bits, length);
        value = value.length == 0 ? value : Arrays.copyOf(value, length);
        key = key.length == 0 ? key : Arrays.copyOf(key, length);
        amount = amount.length == 0 ? amount : Arrays.copyOf(amount, length);
    }

    /** Puts an event, with all that it has, in the place of another. */
    public void move(int from, int to) {
        at[to] = at[from];
        bits[to] = bits[from];
        if (value.length > 0) {
            value[to] = value[from];
        }
        if (key.length > 0) {
            key[to] = key[from];
        }
        if (amount.length > 0) {
            amount[to] = amount[from];
        }
    }

    /** Puts an event, with all that it has, before an earlier place; those between move up. */
    public void insert(int from, int place) {
        long time = at[from];
        System.arraycopy(at, place, at, place + 1, from - place);
        at[place] = time;
        insert(bits, from, place);
        insert(value, from, place);
        insert(key, from, place);
        if (amount.length > 0) {
            double number = amount[from];
            System.arraycopy(amount, place, amount, place + 1, from - place);
            amount[place] = number;
        }
    }

    private static void insert(int[] of, int from, int place) {
        if (of.length > 0) {
            int moved = of[from];
            System.arraycopy(of, place, of, place + 1, from - place);
            of[place] = moved;
        }
    }

    /** Appends an event of which only time and matches are wanted. */
    public void add(long time, int matches) {
        if (size == at.length) {
            reserve(size + 1);
        }
        at[size] = time;
        bits[size++] = matches;
    }

    /** Appends an event with all it has; what the plan does not need is left out. */
    public void add(long time, int matches, int code, int shared, double number) {
        add(time, matches);
        int i = size - 1;
        if (value.length > 0) {
            value[i] = code;
        }
        if (key.length > 0) {
            key[i] = shared;
        }
        if (amount.length > 0) {
            amount[i] = number;
        }
    }
}
