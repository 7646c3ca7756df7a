package io.opsdeck.core.outbound;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What a check says of a delivery. Reasons are keys; their texts are {@code outbound.reason.<key>}. */
public sealed interface Verdict {

    /** Nothing against it. */
    record Proceed() implements Verdict {}

    /** Never. */
    record Skip(String reason) implements Verdict {}

    /** @param until null for as soon as its lane is free again */
    record Defer(@Nullable Instant until, String reason) implements Verdict {}

    static Verdict proceed() {
        return new Proceed();
    }

    static Verdict skip(String reason) {
        return new Skip(reason);
    }

    static Verdict defer(Instant until, String reason) {
        return new Defer(until, reason);
    }
}
