package io.opsdeck.core.page;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One page of a list in a stable order; {@code next} is the cursor behind the last row, or null at the end. */
public record Page<T>(List<T> data, @Nullable String next) {

    /** Cuts {@code rows}, read with one more than {@code limit}, and makes the cursor from the last row kept. */
    public static <T> Page<T> of(List<T> rows, int limit, Function<T, String> cursor) {
        if (rows.size() <= limit) {
            return new Page<>(List.copyOf(rows), null);
        }
        List<T> kept = List.copyOf(rows.subList(0, limit));
        return new Page<>(kept, cursor.apply(kept.get(limit - 1)));
    }
}
