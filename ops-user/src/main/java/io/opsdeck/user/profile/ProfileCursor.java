package io.opsdeck.user.profile;

import io.opsdeck.analytics.event.EventError;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.UUID;

/** The last row of a page: the next one begins behind it. */
record ProfileCursor(Instant at, UUID id) {

    static ProfileCursor of(String text) {
        int cut = text.indexOf('_');
        try {
            return new ProfileCursor(
                    Instant.parse(text.substring(0, Math.max(cut, 0))), UUID.fromString(text.substring(cut + 1)));
        } catch (DateTimeException | IllegalArgumentException e) {
            throw EventError.INVALID_CURSOR.at("cursor");
        }
    }

    @Override
    public String toString() {
        return at + "_" + id;
    }
}
