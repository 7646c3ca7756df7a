package io.opsdeck.core.notification;

import java.util.UUID;

/** Names an entry of an inbox. */
public record NotificationId(UUID id) {

    /** Reads an id; anything else is an entry that does not exist. */
    public static NotificationId of(String id) {
        try {
            return new NotificationId(UUID.fromString(id));
        } catch (IllegalArgumentException e) {
            throw NotificationError.NOTIFICATION_NOT_FOUND.exception(e);
        }
    }

    @Override
    public String toString() {
        return id.toString();
    }
}
