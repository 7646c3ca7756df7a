package io.opsdeck.web.insight;

import org.jspecify.annotations.Nullable;

/**
 * Something to choose in a field.
 *
 * @param count how often it occurs, where that is known
 */
public record Suggestion(
        String value, String text, @Nullable Long count) {}
