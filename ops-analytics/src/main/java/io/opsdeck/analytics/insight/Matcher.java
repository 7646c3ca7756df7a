package io.opsdeck.analytics.insight;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which events are meant.
 *
 * @param event a name, or null for any
 */
public record Matcher(@Nullable String event, List<Filter> filters, Occurrence occurrence) {

    /**
     * Every event that matches; the person's very first event of that name, if it meets the filters and the range; or the
     * first one ever that meets the filters, if it lies in the range.
     */
    public enum Occurrence {
        EVERY,
        FIRST_EVER,
        FIRST_MATCHING
    }

    public Matcher {
        filters = List.copyOf(filters);
    }

    public Matcher(@Nullable String event, List<Filter> filters) {
        this(event, filters, Occurrence.EVERY);
    }

    public static Matcher of(String event) {
        return new Matcher(event, List.of());
    }
}
