package io.opsdeck.core.member;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** How an attempt to sign in ended; the member is there when it succeeded. */
public record SignIn(Outcome outcome, @Nullable UUID member) {

    /** Refusals do not tell whether the member exists. */
    public enum Outcome {
        SUCCEEDED,
        REFUSED,
        THROTTLED
    }
}
