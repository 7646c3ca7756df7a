package io.opsdeck.analytics.fold;

import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Looks for the round in which a planted bug shows. */
final class Planted {

    private Planted() {}

    /** Fails unless one of the rounds tells a difference. */
    static void isCaught(String fold, Enum<?> bug, int rounds, IntFunction<@Nullable String> difference) {
        for (int seed = 0; seed < rounds; seed++) {
            if (difference.apply(seed) != null) {
                System.out.println(fold + ", " + bug + ": caught in round " + (seed + 1));
                return;
            }
        }
        throw new AssertionError(fold + ", " + bug + " was not caught");
    }
}
