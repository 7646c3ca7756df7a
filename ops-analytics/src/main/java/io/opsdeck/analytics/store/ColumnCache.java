package io.opsdeck.analytics.store;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What is decoded, over all workspaces, within a budget of bytes. What was used longest ago goes first; it is read again
 * when somebody asks. A query that holds what it took keeps it, so a result never depends on the budget.
 */
final class ColumnCache {

    /** Something decoded with its size. */
    interface Sized {
        long bytes();
    }

    private final long budget;
    private final Map<Object, Sized> entries = new LinkedHashMap<>(64, 0.75f, true);
    private long used;

    ColumnCache(long budget) {
        this.budget = budget;
    }

    /** Loading goes on outside the lock: two queries may decode the same column, the second copy is dropped. */
    <T extends Sized> T get(Object key, Class<T> type, Supplier<T> load) {
        synchronized (this) {
            Sized known = entries.get(key);
            if (known != null) {
                return type.cast(known);
            }
        }
        T loaded = load.get();
        synchronized (this) {
            Sized other = entries.get(key);
            if (other != null) {
                return type.cast(other);
            }
            entries.put(key, loaded);
            used += loaded.bytes();
            Iterator<Map.Entry<Object, Sized>> oldest = entries.entrySet().iterator();
            while (used > budget && entries.size() > 1) {
                used -= oldest.next().getValue().bytes();
                oldest.remove();
            }
            return loaded;
        }
    }

    /** Whether so many bytes more would drive nothing out. */
    synchronized boolean hasRoom(long bytes) {
        return used + bytes <= budget;
    }

    /** What is taken of the budget. */
    synchronized long used() {
        return used;
    }

    synchronized void remove(Object key) {
        Sized gone = entries.remove(key);
        if (gone != null) {
            used -= gone.bytes();
        }
    }
}
