package io.opsdeck.analytics.store;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The distinct values of one property or the names of events, numbered from 1 in the order of their first appearance; a
 * code never changes its value. Written by the store's writer alone, read by anybody up to the size that a snapshot
 * holds. About 100 bytes a value beside its text.
 */
final class Dictionary {

    private final Map<String, Integer> codes = new ConcurrentHashMap<>();
    private volatile String[] values = new String[16];
    private volatile int size = 1;

    Dictionary() {
        values[0] = "";
    }

    /** The code of {@code value}, a new one where it was not seen before. */
    int code(String value) {
        Integer known = codes.get(value);
        if (known != null) {
            return known;
        }
        int code = size;
        String[] room = values;
        if (code == room.length) {
            room = Arrays.copyOf(room, 2 * code);
        }
        room[code] = value;
        values = room;
        codes.put(value, code);
        size = code + 1;
        return code;
    }

    /** Puts another text in the place of a value that nothing has any more. */
    void replace(int code, String other) {
        String[] changed = values.clone();
        codes.remove(changed[code]);
        changed[code] = other;
        codes.put(other, code);
        values = changed;
    }

    @Nullable
    Integer find(String value) {
        return codes.get(value);
    }

    /** One more than the largest code. */
    int size() {
        return size;
    }

    /** The values by code; those at and beyond the size that was read before are not valid. */
    String[] values() {
        return values;
    }
}
