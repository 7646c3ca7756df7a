package io.opsdeck.core.system;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a look at an invariant found.
 *
 * @param violations how much was wrong; null where the look failed, of which {@code sample} then says why
 * @param sample one of them
 */
public record InvariantResult(
        String key,
        Instant at,
        @Nullable Long violations,
        @Nullable String sample,
        long millis) {

    public boolean holds() {
        return violations != null && violations == 0;
    }

    public boolean failed() {
        return violations == null;
    }
}
