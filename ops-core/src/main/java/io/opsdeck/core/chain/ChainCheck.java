package io.opsdeck.core.chain;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a walk along a chain found.
 *
 * @param position up to which the chain is intact
 * @param fault null where nothing is wrong
 * @param millis how long the walk took
 */
public record ChainCheck(
        Instant at, long position, @Nullable ChainFault fault, long millis) {

    public boolean intact() {
        return fault == null;
    }
}
