package io.opsdeck.web.outbound;

import org.jspecify.annotations.Nullable;

/**
 * A kind of deliveries, or one lane of it, as something to choose.
 *
 * @param text what members call it
 */
public record Place(String kind, @Nullable String lane, String text) {

    /** What forms send. */
    public String key() {
        return lane == null ? kind : kind + "/" + lane;
    }
}
