package io.opsdeck.analytics.board;

import io.opsdeck.analytics.insight.InsightKind;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A question that is kept.
 *
 * @param query as JSON, as the REST API takes it
 * @param target of a funnel that is a conversion path: the part of its people that should go through all of it
 * @param notes of its steps, in order; there may be fewer than steps
 * @param pinned whether it is a tile on Today
 */
public record SavedInsight(
        InsightId id,
        InsightKind kind,
        String name,
        String description,
        String query,
        UUID owner,
        String ownerName,
        @Nullable BigDecimal target,
        List<String> notes,
        boolean pinned,
        Instant changedAt) {

    public SavedInsight {
        notes = List.copyOf(notes);
    }
}
