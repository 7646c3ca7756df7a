package io.opsdeck.analytics.insight;

import io.opsdeck.analytics.fold.LifecyclePlan;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Which number of an answer is meant when people are asked for.
 *
 * @param step of a funnel, from 1
 * @param dropped of a funnel: those who did the step before and not this one
 * @param series of a trend, from 0
 * @param label of an interval, or null for the whole range
 * @param breakdown a value, or null for all
 * @param cohort of retention, from 0
 * @param period of retention; 0 is the cohort itself
 * @param state of a lifecycle
 * @param intervals of stickiness
 */
public record InsightPoint(
        int step,
        boolean dropped,
        int series,
        @Nullable String label,
        @Nullable String breakdown,
        int cohort,
        int period,
        LifecyclePlan.State state,
        int intervals) {

    /** @throws io.opsdeck.core.error.OpsdeckException an {@link InsightError} with a pointer below {@code /point} */
    public static InsightPoint of(JsonNode node) {
        var place = new Place(node, "/point")
                .object("step", "dropped", "series", "label", "breakdown", "cohort", "period", "state", "intervals");
        return new InsightPoint(
                place.at("step").integer(1, 1, 20),
                place.at("dropped").flag(),
                place.at("series").integer(0, 0, 25),
                place.at("label").textOrNull(60),
                place.at("breakdown").textOrNull(1_000),
                place.at("cohort").integer(0, 0, Asked.MOST_POINTS),
                place.at("period").integer(0, 0, Asked.MOST_POINTS),
                place.at("state").choice(LifecyclePlan.State.class, LifecyclePlan.State.NEW),
                place.at("intervals").integer(1, 1, Asked.MOST_POINTS));
    }
}
