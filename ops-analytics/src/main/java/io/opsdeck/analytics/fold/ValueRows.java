package io.opsdeck.analytics.fold;

import java.util.Arrays;

/**
 * Numbers the dictionary codes it is shown, from 0 on: an open hash table of two int arrays, at most half full, 16 to 24
 * bytes per code. Made for a fixed set of codes it gives all others the number after them, {@link #OTHER}.
 */
final class ValueRows {

    /** The code of the row in which all values outside of a fixed set are counted. */
    static final int OTHER = -1;

    private int[] slots = new int[16];
    private int[] codes = new int[8];
    private int size;
    private boolean fixed;

    ValueRows() {
        Arrays.fill(slots, -1);
    }

    static ValueRows fixed(int[] kept) {
        var rows = new ValueRows();
        for (int code : kept) {
            rows.row(code);
        }
        rows.row(OTHER);
        rows.fixed = true;
        return rows;
    }

    int size() {
        return size;
    }

    int code(int row) {
        return codes[row];
    }

    int[] codes() {
        return Arrays.copyOf(codes, size);
    }

    /** The code's row, a new one where it is seen for the first time. */
    int row(int code) {
        int slot = slot(code);
        if (slots[slot] >= 0) {
            return slots[slot];
        }
        if (fixed) {
            return size - 1;
        }
        if (size == codes.length) {
            codes = Arrays.copyOf(codes, size * 2);
            int[] wider = new int[slots.length * 2];
            Arrays.fill(wider, -1);
            slots = wider;
            for (int row = 0; row < size; row++) {
                slots[slot(codes[row])] = row;
            }
            slot = slot(code);
        }
        codes[size] = code;
        slots[slot] = size;
        return size++;
    }

    /** The code's row, -1 if it has none. */
    int find(int code) {
        return slots[slot(code)];
    }

    boolean isOther(int row) {
        return fixed && row == size - 1;
    }

    boolean hasOther() {
        return fixed;
    }

    /** Forgets all codes in time proportional to their number. */
    void clear() {
        if (size * 4 > slots.length) {
            Arrays.fill(slots, -1);
        } else {
            for (int row = size - 1; row >= 0; row--) {
                slots[slot(codes[row])] = -1;
            }
        }
        size = 0;
    }

    private int slot(int code) {
        int mask = slots.length - 1;
        int slot = (code * 0x9E3779B9 >>> 8) & mask;
        while (slots[slot] >= 0 && codes[slots[slot]] != code) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }
}
