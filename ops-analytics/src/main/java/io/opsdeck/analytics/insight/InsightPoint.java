package io.opsdeck.analytics.insight;

import io.opsdeck.analytics.fold.LifecyclePlan;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Which number of an answer is meant when people are asked for.
 *
 * @param step of a funnel or of paths, from 1
 * @param dropped of a funnel: those who did the step before and not this one
 * @param series of a trend, from 0
 * @param label of an interval, or null for the whole range
 * @param breakdown a value, or null for all
 * @param cohort of retention, from 0
 * @param period of retention; 0 is the cohort itself
 * @param state of a lifecycle
 * @param intervals of stickiness
 * @param name of a node of paths, or the value of an attribution, or null
 * @param from of an edge of paths: the name of the node that it comes from, or null
 * @param to of an edge of paths, or null
 * @param converted of a funnel: those who went through all of it, beginning in the interval {@code label}
 * @param least of a funnel: those who took so many milliseconds to convert, or longer; -1 for any
 * @param below of a funnel: and less than so many
 * @param unattributed of attribution: those with a conversion that no touch led to
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
        int intervals,
        @Nullable String name,
        @Nullable String from,
        @Nullable String to,
        boolean converted,
        long least,
        long below,
        boolean unattributed) {

    /** A point of a kind that asks for no more. */
    public InsightPoint(
            int step,
            boolean dropped,
            int series,
            @Nullable String label,
            @Nullable String breakdown,
            int cohort,
            int period,
            LifecyclePlan.State state,
            int intervals) {
        this(
                step, dropped, series, label, breakdown, cohort, period, state, intervals, null, null, null, false, -1,
                -1, false);
    }

    /** @throws io.opsdeck.core.error.OpsdeckException an {@link InsightError} with a pointer below {@code /point} */
    public static InsightPoint of(JsonNode node) {
        var place = new Place(node, "/point")
                .object(
                        "step",
                        "dropped",
                        "series",
                        "label",
                        "breakdown",
                        "cohort",
                        "period",
                        "state",
                        "intervals",
                        "name",
                        "from",
                        "to",
                        "converted",
                        "fromSeconds",
                        "toSeconds",
                        "unattributed");
        return new InsightPoint(
                place.at("step").integer(1, 1, 20),
                place.at("dropped").flag(),
                place.at("series").integer(0, 0, 25),
                place.at("label").textOrNull(60),
                place.at("breakdown").textOrNull(1_000),
                place.at("cohort").integer(0, 0, Asked.MOST_POINTS),
                place.at("period").integer(0, 0, Asked.MOST_POINTS),
                place.at("state").choice(LifecyclePlan.State.class, LifecyclePlan.State.NEW),
                place.at("intervals").integer(1, 1, Asked.MOST_POINTS),
                place.at("name").textOrNull(1_000),
                place.at("from").textOrNull(1_000),
                place.at("to").textOrNull(1_000),
                place.at("converted").flag(),
                millis(place.at("fromSeconds")),
                millis(place.at("toSeconds")),
                place.at("unattributed").flag());
    }

    private static long millis(Place place) {
        if (place.isAbsent()) {
            return -1;
        }
        if (!place.node().isNumber() || place.node().asDouble() < 0) {
            throw place.wrong();
        }
        return Math.round(place.node().asDouble() * 1000);
    }
}
