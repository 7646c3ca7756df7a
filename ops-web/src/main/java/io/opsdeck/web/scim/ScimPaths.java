package io.opsdeck.web.scim;

import io.opsdeck.core.scim.ScimError;
import io.opsdeck.core.scim.ScimFilter;
import org.jspecify.annotations.Nullable;

/** Where SCIM is, and how its lists are asked for. */
final class ScimPaths {

    static final String BASE = "/scim/v2";
    static final String USERS = BASE + "/Users";
    static final String GROUPS = BASE + "/Groups";

    private static final int USUAL = 100;

    private ScimPaths() {}

    static @Nullable ScimFilter filter(String text) {
        return text.isBlank() ? null : ScimFilter.of(text);
    }

    static int start(String text) {
        return number("startIndex", text, 1);
    }

    static int count(String text) {
        return number("count", text, USUAL);
    }

    private static int number(String name, String text, int otherwise) {
        try {
            return text.isBlank() ? otherwise : Integer.parseInt(text.strip());
        } catch (NumberFormatException e) {
            throw ScimError.SCIM_VALUE.exception(name);
        }
    }
}
