package io.opsdeck.analytics.fold;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;

/** Counts in how many rounds of a random test something was there to be compared. */
final class Coverage {

    private final String title;
    private final Map<String, Integer> rounds = new TreeMap<>();

    Coverage(String title) {
        this.title = title;
    }

    void saw(String what) {
        rounds.merge(what, 1, Integer::sum);
    }

    void saw(boolean there, String what) {
        if (there) {
            saw(what);
        }
    }

    /** Prints all counts and demands that each of these is at least so high. */
    void demand(int least, String... whats) {
        System.out.println(title + ": " + rounds);
        for (String what : whats) {
            assertThat(rounds.getOrDefault(what, 0))
                    .as("%s, rounds with %s", title, what)
                    .isGreaterThanOrEqualTo(least);
        }
    }
}
