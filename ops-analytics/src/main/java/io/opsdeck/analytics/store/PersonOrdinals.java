package io.opsdeck.analytics.store;

import java.util.Arrays;
import java.util.UUID;

/**
 * Numbers the persons of a workspace from 0 in the order of their first appearance, for good. An open hash table over
 * two arrays of longs: 16 bytes a person and 4 a slot, at most 28 bytes together. Written by the store's writer alone;
 * a reader that took {@link #size} may ask for the ids below it.
 */
final class PersonOrdinals {

    private volatile long[] high = new long[1024];
    private volatile long[] low = new long[1024];
    private int[] slots = new int[4096];
    private volatile int size;

    PersonOrdinals() {
        Arrays.fill(slots, -1);
    }

    int size() {
        return size;
    }

    UUID id(int ordinal) {
        return new UUID(high[ordinal], low[ordinal]);
    }

    /** The ordinal of a person, a new one where it was not seen before. */
    int of(long most, long least) {
        int slot = slot(most, least);
        if (slots[slot] >= 0) {
            return slots[slot];
        }
        int ordinal = size;
        if (ordinal == high.length) {
            low = Arrays.copyOf(low, 2 * ordinal);
            high = Arrays.copyOf(high, 2 * ordinal);
        }
        high[ordinal] = most;
        low[ordinal] = least;
        slots[slot] = ordinal;
        size = ordinal + 1;
        if (2 * size > slots.length) {
            grow();
        }
        return ordinal;
    }

    /** The ordinal of a person that is known, or -1. */
    int find(UUID id) {
        return slots[slot(id.getMostSignificantBits(), id.getLeastSignificantBits())];
    }

    private int slot(long most, long least) {
        long mixed = (most ^ (least * 0x9E3779B97F4A7C15L)) * 0xBF58476D1CE4E5B9L;
        int slot = (int) (mixed >>> 33) & (slots.length - 1);
        while (slots[slot] >= 0 && (high[slots[slot]] != most || low[slots[slot]] != least)) {
            slot = (slot + 1) & (slots.length - 1);
        }
        return slot;
    }

    private void grow() {
        slots = new int[2 * slots.length];
        Arrays.fill(slots, -1);
        for (int ordinal = 0; ordinal < size; ordinal++) {
            slots[slot(high[ordinal], low[ordinal])] = ordinal;
        }
    }
}
