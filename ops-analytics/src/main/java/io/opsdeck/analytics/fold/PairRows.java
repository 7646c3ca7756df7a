package io.opsdeck.analytics.fold;

import java.util.Arrays;

/**
 * Numbers pairs of ints, from 0 on: an open hash table, at most half full, 16 to 24 bytes per pair. Pairs of numbers below
 * 256 are looked up in a square of 256 KB first, which is all that the usual few hundred nodes need.
 */
final class PairRows {

    private static final int SIDE = 8;

    /** Row + 1, 0 for none. */
    private final int[] square = new int[1 << 2 * SIDE];

    private int[] slots = new int[16];
    private long[] pairs = new long[8];
    private int size;

    PairRows() {
        Arrays.fill(slots, -1);
    }

    int size() {
        return size;
    }

    int first(int row) {
        return (int) (pairs[row] >>> 32);
    }

    int second(int row) {
        return (int) pairs[row];
    }

    /** The pair's row, a new one where it is seen for the first time. */
    int row(int first, int second) {
        if ((first | second) >>> SIDE != 0) {
            return hashed(first, second);
        }
        int place = first << SIDE | second;
        if (square[place] == 0) {
            square[place] = hashed(first, second) + 1;
        }
        return square[place] - 1;
    }

    private int hashed(int first, int second) {
        long pair = pair(first, second);
        int slot = slot(pair);
        if (slots[slot] >= 0) {
            return slots[slot];
        }
        if (size == pairs.length) {
            pairs = Arrays.copyOf(pairs, size * 2);
            slots = new int[slots.length * 2];
            Arrays.fill(slots, -1);
            for (int row = 0; row < size; row++) {
                slots[slot(pairs[row])] = row;
            }
            slot = slot(pair);
        }
        pairs[size] = pair;
        slots[slot] = size;
        return size++;
    }

    /** The pair's row, -1 if it has none. */
    int find(int first, int second) {
        return slots[slot(pair(first, second))];
    }

    private static long pair(int first, int second) {
        return (long) first << 32 | second & 0xffff_ffffL;
    }

    private int slot(long pair) {
        int mask = slots.length - 1;
        long hash = pair * 0x9E3779B97F4A7C15L;
        int slot = (int) (hash >>> 32) & mask;
        while (slots[slot] >= 0 && pairs[slots[slot]] != pair) {
            slot = slot + 1 & mask;
        }
        return slot;
    }
}
