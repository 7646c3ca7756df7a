package io.opsdeck.analytics.store;

import java.util.Arrays;
import java.util.UUID;

/**
 * Numbers the persons of a workspace from 0 in the order of their first appearance, for good. An open hash table over
 * an array of longs: 16 bytes a person and 4 a slot, at most 28 bytes together. Written by the store's writer alone;
 * a reader that took {@link #size} may ask for the ids below it.
 */
final class PersonOrdinals {

    /** Both halves of each id, side by side. */
    private volatile long[] ids = new long[2048];

    private int[] slots = new int[4096];
    private volatile int size;

    PersonOrdinals() {
        Arrays.fill(slots, -1);
    }

    int size() {
        return size;
    }

    UUID id(int ordinal) {
        long[] known = ids;
        return new UUID(known[2 * ordinal], known[2 * ordinal + 1]);
    }

    /** The ordinal of a person, a new one where it was not seen before. */
    int of(long most, long least) {
        int slot = slot(most, least);
        if (slots[slot] >= 0) {
            return slots[slot];
        }
        int ordinal = size;
        long[] room = ids;
        if (2 * ordinal == room.length) {
            room = Arrays.copyOf(room, 4 * ordinal);
        }
        room[2 * ordinal] = most;
        room[2 * ordinal + 1] = least;
        ids = room;
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
        long[] known = ids;
        int[] places = slots;
        long mixed = (most ^ (least * 0x9E3779B97F4A7C15L)) * 0xBF58476D1CE4E5B9L;
        int slot = (int) (mixed >>> 33) & (places.length - 1);
        int ordinal = places[slot];
        while (ordinal >= 0 && (known[2 * ordinal] != most || known[2 * ordinal + 1] != least)) {
            slot = (slot + 1) & (places.length - 1);
            ordinal = places[slot];
        }
        return slot;
    }

    private void grow() {
        slots = new int[2 * slots.length];
        Arrays.fill(slots, -1);
        long[] known = ids;
        for (int ordinal = 0; ordinal < size; ordinal++) {
            slots[slot(known[2 * ordinal], known[2 * ordinal + 1])] = ordinal;
        }
    }
}
