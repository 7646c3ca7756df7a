package io.opsdeck.analytics.fold;

import java.util.ArrayList;
import java.util.List;

/**
 * Persons per cell, over all and per breakdown value: an array of longs for each value. Values outside of a fixed set
 * share a row; there a person that comes with several of them is counted once per cell, by the ordinal noted last.
 */
final class PersonCounts {

    private final int cells;
    private final long[] overall;
    private final ValueRows rows;
    private final List<long[]> counts = new ArrayList<>();
    private final int[] lastPerson;

    PersonCounts(int cells, ValueRows rows) {
        this.cells = cells;
        this.rows = rows;
        overall = new long[cells];
        lastPerson = new int[rows.hasOther() ? cells : 0];
        java.util.Arrays.fill(lastPerson, -1);
    }

    void add(int cell) {
        overall[cell]++;
    }

    void add(int code, int cell, int person) {
        int row = rows.row(code);
        if (rows.isOther(row)) {
            if (lastPerson[cell] == person) {
                return;
            }
            lastPerson[cell] = person;
        }
        row(row)[cell]++;
    }

    private long[] row(int row) {
        while (counts.size() <= row) {
            counts.add(new long[cells]);
        }
        return counts.get(row);
    }

    long bytes() {
        return 8L * cells * (counts.size() + 1);
    }

    void merge(PersonCounts other) {
        sum(overall, other.overall);
        for (int row = 0; row < other.counts.size(); row++) {
            sum(row(rows.row(other.rows.code(row))), other.counts.get(row));
        }
    }

    private static void sum(long[] into, long[] from) {
        for (int i = 0; i < into.length; i++) {
            into[i] += from[i];
        }
    }

    long count(int cell) {
        return overall[cell];
    }

    long count(int code, int cell) {
        int row = rows.find(code);
        return row < 0 || row >= counts.size() ? 0 : counts.get(row)[cell];
    }

    int[] values() {
        return rows.codes();
    }
}
