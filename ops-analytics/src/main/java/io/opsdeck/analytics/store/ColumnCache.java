package io.opsdeck.analytics.store;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
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
    private final Map<Object, CompletableFuture<Sized>> loading = new HashMap<>();
    private long used;

    ColumnCache(long budget) {
        this.budget = budget;
    }

    /** Loading goes on outside the lock; who asks for the same meanwhile waits for it. */
    <T extends Sized> T get(Object key, Class<T> type, Supplier<T> load) {
        CompletableFuture<Sized> mine = new CompletableFuture<>();
        CompletableFuture<Sized> first;
        synchronized (this) {
            Sized known = entries.get(key);
            if (known != null) {
                return type.cast(known);
            }
            first = loading.putIfAbsent(key, mine);
        }
        if (first != null) {
            return type.cast(loadedBy(first));
        }
        try {
            T loaded = load.get();
            put(key, loaded);
            mine.complete(loaded);
            return loaded;
        } catch (RuntimeException | Error e) {
            mine.completeExceptionally(e);
            throw e;
        } finally {
            synchronized (this) {
                loading.remove(key);
            }
        }
    }

    private static Sized loadedBy(CompletableFuture<Sized> other) {
        try {
            return other.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : e;
        }
    }

    private synchronized void put(Object key, Sized loaded) {
        entries.put(key, loaded);
        used += loaded.bytes();
        Iterator<Map.Entry<Object, Sized>> oldest = entries.entrySet().iterator();
        while (used > budget && entries.size() > 1) {
            used -= oldest.next().getValue().bytes();
            oldest.remove();
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
