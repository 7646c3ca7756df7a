package io.opsdeck.analytics.event;

import java.util.UUID;

/** The id of a person, opaque to analytics. */
public record PersonId(UUID id) {

    /** Reads the canonical text form; anything else is one that does not exist. */
    public static PersonId of(String text) {
        try {
            return new PersonId(UUID.fromString(text));
        } catch (IllegalArgumentException e) {
            throw EventError.PERSON_NOT_FOUND.exception(e);
        }
    }

    @Override
    public String toString() {
        return id.toString();
    }
}
