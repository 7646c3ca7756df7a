package io.opsdeck.core.security;

import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.text.TextHygiene;

/** How a workspace calls a role that it added. */
public record RoleSettings(String name, String description) {

    static final int MOST_IN_NAME = 40;
    static final int MOST_IN_DESCRIPTION = 300;

    public RoleSettings {
        name = TextHygiene.clean(name).strip();
        description = TextHygiene.clean(description).strip();
        if (name.isEmpty()) {
            throw CoreError.REQUIRED.at("/name");
        }
        if (name.codePointCount(0, name.length()) > MOST_IN_NAME) {
            throw CoreError.TOO_LONG.at("/name", MOST_IN_NAME);
        }
        if (description.codePointCount(0, description.length()) > MOST_IN_DESCRIPTION) {
            throw CoreError.TOO_LONG.at("/description", MOST_IN_DESCRIPTION);
        }
    }
}
