package io.opsdeck.analytics.store;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The rows that no month holds yet, in the order of the log, in memory as well as in the file. About 14 bytes a row, 4
 * for each property that any of them has, and its JSON. Written by the store's writer alone; a view is immutable.
 */
final class Delta {

    private int[] persons = new int[1024];
    private long[] instants = new long[1024];
    private short[] names = new short[1024];
    private String[] props = new String[1024];
    private final Map<Integer, int[]> codes = new HashMap<>();
    private int size;
    private DeltaView view = DeltaView.EMPTY;

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

    int code(int row, int property) {
        int[] column = codes.get(property);
        return column == null || column.length <= row ? 0 : column[row];
    }

    void set(int row, int property, int code) {
        int[] column = codes.get(property);
        if (column == null || column.length <= row) {
            column = column == null ? new int[Math.max(1024, persons.length)] : Arrays.copyOf(column, persons.length);
            codes.put(property, column);
        }
        column[row] = code;
    }

    /** What is here now, sorted when it is first asked for. */
    DeltaView view(int people) {
        if (view.size() != size) {
            view = new DeltaView(size, people, persons, instants, names, props, new HashMap<>(codes));
        }
        return view;
    }

    /** The rest without a month that was written. */
    Delta without(int month) {
        var rest = new Delta();
        for (int row = 0; row < size; row++) {
            if (MonthPart.monthOf(instants[row]) != month) {
                int added = rest.add(persons[row], instants[row], names[row] & 0xffff, props[row]);
                for (var column : codes.entrySet()) {
                    if (row < column.getValue().length && column.getValue()[row] != 0) {
                        rest.set(added, column.getKey(), column.getValue()[row]);
                    }
                }
            }
        }
        return rest;
    }
}
