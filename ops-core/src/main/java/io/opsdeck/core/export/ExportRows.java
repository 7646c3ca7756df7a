package io.opsdeck.core.export;

import io.opsdeck.core.page.Page;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Takes the rows of an export. */
@FunctionalInterface
public interface ExportRows {

    /**
     * @param cells texts, numbers, truth values and instants in the order of the source's columns; null is empty
     * @return false when the file is full and no more are wanted
     */
    boolean add(List<? extends @Nullable Object> cells);

    /** Adds a short list, until no more are wanted. */
    default <T> void addAll(Iterable<T> list, Function<T, List<? extends @Nullable Object>> cells) {
        for (T each : list) {
            if (!add(cells.apply(each))) {
                return;
            }
        }
    }

    /**
     * Walks through a list until its end or until no more are wanted.
     *
     * @param pages the page behind a cursor, which is null for the first
     */
    default <T> void addAll(
            Function<@Nullable String, Page<T>> pages, Function<T, List<? extends @Nullable Object>> cells) {
        String cursor = null;
        do {
            Page<T> page = pages.apply(cursor);
            for (T each : page.data()) {
                if (!add(cells.apply(each))) {
                    return;
                }
            }
            cursor = page.next();
        } while (cursor != null);
    }
}
