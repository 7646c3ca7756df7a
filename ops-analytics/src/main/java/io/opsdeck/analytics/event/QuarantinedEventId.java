package io.opsdeck.analytics.event;

import java.util.UUID;

/** The id of a event in quarantine. */
public record QuarantinedEventId(UUID id) {

    /** Reads the canonical text form; anything else is one that does not exist. */
    public static QuarantinedEventId of(String text) {
        try {
            return new QuarantinedEventId(UUID.fromString(text));
        } catch (IllegalArgumentException e) {
            throw EventError.QUARANTINED_EVENT_NOT_FOUND.exception(e);
        }
    }

    @Override
    public String toString() {
        return id.toString();
    }
}
