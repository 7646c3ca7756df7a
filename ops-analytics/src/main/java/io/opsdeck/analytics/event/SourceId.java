package io.opsdeck.analytics.event;

import java.util.UUID;

/** The id of a source of events, such as a website or an app. */
public record SourceId(UUID id) {

    /** Reads the canonical text form; anything else is one that does not exist. */
    public static SourceId of(String text) {
        try {
            return new SourceId(UUID.fromString(text));
        } catch (IllegalArgumentException e) {
            throw EventError.SOURCE_NOT_FOUND.exception(e);
        }
    }

    @Override
    public String toString() {
        return id.toString();
    }
}
