package io.opsdeck.analytics.insight;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which events are meant.
 *
 * @param event a name, or null for any
 */
public record Matcher(@Nullable String event, List<Filter> filters) {

    public Matcher {
        filters = List.copyOf(filters);
    }

    public static Matcher of(String event) {
        return new Matcher(event, List.of());
    }
}
