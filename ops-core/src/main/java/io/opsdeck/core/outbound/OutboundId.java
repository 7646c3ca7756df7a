package io.opsdeck.core.outbound;

import java.util.UUID;

/** Names a delivery. */
public record OutboundId(UUID id) {

    /** Reads an id; anything else is a delivery that does not exist. */
    public static OutboundId of(String id) {
        try {
            return new OutboundId(UUID.fromString(id));
        } catch (IllegalArgumentException e) {
            throw OutboundError.DELIVERY_NOT_FOUND.exception(e);
        }
    }

    @Override
    public String toString() {
        return id.toString();
    }
}
