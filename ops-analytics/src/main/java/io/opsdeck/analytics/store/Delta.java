package io.opsdeck.analytics.store;

import java.util.Arrays;

/**
 * The rows that no month holds yet, in the order of the log, in memory as well as in the file. About 14 bytes a row, 4
 * for each property that any of them has, and its JSON. Written by the store's writer alone; a view is immutable.
 */
final class Delta {

    private static final int[] NOTHING = {};

    private int[] persons;
    private long[] instants;
    private short[] names;
    private String[] props;

    /** By property, each as long as it is needed. */
    private int[][] codes = {};

    private int size;
    private DeltaView view = DeltaView.EMPTY;

    Delta() {
        this(1024);
    }

    /** @param rows as many are expected */
    Delta(int rows) {
        int room = Math.max(rows, 16);
        persons = new int[room];
        instants = new long[room];
        names = new short[room];
        props = new String[room];
    }

    int size() {
        return size;
    }

    /** Returns the number of the row. */
    int add(int person, long at, int name, String json) {
        if (size == persons.length) {
            persons = Arrays.copyOf(persons, 2 * size);
            instants = Arrays.copyOf(instants, 2 * size);
            names = Arrays.copyOf(names, 2 * size);
            props = Arrays.copyOf(props, 2 * size);
        }
        persons[size] = person;
        instants[size] = at;
        names[size] = (short) name;
        props[size] = json;
        return size++;
    }

    int person(int row) {
        return persons[row];
    }

    /** Milliseconds since the epoch. */
    long at(int row) {
        return instants[row];
    }

    int name(int row) {
        return names[row] & 0xffff;
    }

    String props(int row) {
        return props[row];
    }

    /** The codes of a property by row, 0 behind the end. */
    int[] column(int property) {
        return property < codes.length ? codes[property] : NOTHING;
    }

    void set(int row, int property, int code) {
        if (property >= codes.length) {
            int known = codes.length;
            codes = Arrays.copyOf(codes, property + 8);
            Arrays.fill(codes, known, codes.length, NOTHING);
        }
        if (codes[property].length <= row) {
            // A view may hold the array that was not long enough.
            codes[property] = Arrays.copyOf(codes[property], persons.length);
        }
        codes[property][row] = code;
    }

    /** What is here now, sorted when it is first asked for. */
    DeltaView view(int people) {
        if (view.size() != size) {
            view = new DeltaView(size, people, persons, instants, names, props, codes.clone());
        }
        return view;
    }

    /** The rest without those of the first {@code rows} that belong to a month that was written. */
    Delta without(int month, int rows) {
        var rest = new Delta();
        for (int row = 0; row < size; row++) {
            if (row >= rows || MonthPart.monthOf(instants[row]) != month) {
                int added = rest.add(persons[row], instants[row], names[row] & 0xffff, props[row]);
                for (int property = 0; property < codes.length; property++) {
                    if (row < codes[property].length && codes[property][row] != 0) {
                        rest.set(added, property, codes[property][row]);
                    }
                }
            }
        }
        return rest;
    }
}
