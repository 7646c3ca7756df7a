package io.opsdeck.core.webhook;

import java.util.UUID;

/** Names an endpoint. */
public record EndpointId(UUID id) {

    /** Reads an id; anything else is an endpoint that does not exist. */
    public static EndpointId of(String id) {
        try {
            return new EndpointId(UUID.fromString(id));
        } catch (IllegalArgumentException e) {
            throw WebhookError.ENDPOINT_NOT_FOUND.exception(e);
        }
    }

    @Override
    public String toString() {
        return id.toString();
    }
}
