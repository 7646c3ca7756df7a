package io.opsdeck.analytics.board;

import java.util.UUID;

/** Names an insight that is kept. */
public record InsightId(UUID value) {

    /** @throws io.opsdeck.core.error.OpsdeckException {@link BoardError#INSIGHT_NOT_FOUND} when it is no id at all */
    public static InsightId of(String text) {
        try {
            return new InsightId(UUID.fromString(text));
        } catch (IllegalArgumentException e) {
            throw BoardError.INSIGHT_NOT_FOUND.exception(e);
        }
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
