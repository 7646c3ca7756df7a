package io.opsdeck.web.insight;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Something to choose in a field.
 *
 * @param value as the field holds it
 * @param count how often it occurs, where that is known
 */
public record Suggestion(
        String value, String text, @Nullable Long count, Group group) {

    /** What stands together in a list. */
    public enum Group {
        NAME,
        EVENT,
        PROFILE,
        VALUE;

        @JsonValue
        String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
