package io.opsdeck.analytics.fold;

import java.util.Arrays;

/**
 * The slice sorted by breakdown value, order kept within a value: two passes over the events and a small hash table,
 * whatever the number of values.
 */
final class ValueGroups {

    private final ValueRows rows = new ValueRows();
    private int[] starts = new int[8];
    private int[] group = new int[0];
    long[] at = new long[0];
    int[] bits = new int[0];

    void group(PersonSlice slice) {
        int size = slice.size;
        if (at.length < size) {
            group = new int[slice.at.length];
            at = new long[slice.at.length];
            bits = new int[slice.at.length];
        }
        rows.clear();
        for (int i = 0; i < size; i++) {
            group[i] = rows.row(slice.value[i]);
        }
        int groups = rows.size();
        if (starts.length < groups + 2) {
            starts = new int[groups * 2 + 2];
        }
        Arrays.fill(starts, 0, groups + 2, 0);
        for (int i = 0; i < size; i++) {
            starts[group[i] + 2]++;
        }
        for (int g = 2; g < groups + 2; g++) {
            starts[g] += starts[g - 1];
        }
        for (int i = 0; i < size; i++) {
            int place = starts[group[i] + 1]++;
            at[place] = slice.at[i];
            bits[place] = slice.bits[i];
        }
    }

    int size() {
        return rows.size();
    }

    int code(int group) {
        return rows.code(group);
    }

    int from(int group) {
        return starts[group];
    }

    int to(int group) {
        return starts[group + 1];
    }
}
