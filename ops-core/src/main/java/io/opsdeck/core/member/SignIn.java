package io.opsdeck.core.member;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** How an attempt to sign in ended; the member is there unless it was refused. */
public record SignIn(Outcome outcome, @Nullable UUID member) {

    /** Refusals do not tell whether the member exists. */
    public enum Outcome {
        SUCCEEDED,
        /** The password was right; a code has to follow, see {@link TwoStep#signIn}. */
        SECOND_STEP,
        REFUSED,
        THROTTLED
    }
}
