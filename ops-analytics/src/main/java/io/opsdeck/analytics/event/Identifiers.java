package io.opsdeck.analytics.event;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which texts say who someone is. What programs write when they do not know would merge strangers into one person. */
final class Identifiers {

    private static final int MOST_CHARACTERS = 200;

    private static final Set<String> PLACEHOLDERS = Set.of(
            "",
            "null",
            "undefined",
            "none",
            "nil",
            "nan",
            "0",
            "-1",
            "true",
            "false",
            "anonymous",
            "guest",
            "unknown",
            "[object object]",
            "00000000-0000-0000-0000-000000000000",
            "00000000000000000000000000000000");

    private Identifiers() {}

    /** The identifier without white space around it, or null where {@code text} is none. */
    static @Nullable String clean(@Nullable String text) {
        if (text == null) {
            return null;
        }
        String identifier = text.strip();
        if (identifier.codePointCount(0, identifier.length()) > MOST_CHARACTERS) {
            return null;
        }
        return PLACEHOLDERS.contains(identifier.toLowerCase(Locale.ROOT)) ? null : identifier;
    }
}
