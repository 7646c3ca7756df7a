package io.opsdeck.analytics.insight;

import io.opsdeck.analytics.fold.AttributionPlan;
import io.opsdeck.analytics.fold.FunnelPlan;
import io.opsdeck.analytics.fold.Intervals;
import io.opsdeck.analytics.fold.RetentionPlan;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A question about behaviour, free of any engine. Saved insights, tiles, metrics and the REST API use the same object;
 * {@link QueryReader} makes it of JSON and checks it.
 */
public sealed interface InsightQuery {

    /** What all kinds have. */
    Scope scope();

    /**
     * Who and when.
     *
     * @param filters conditions that every event has to meet
     */
    record Scope(
            QueryRange range,
            Intervals.Unit interval,
            List<Filter> filters,
            @Nullable Breakdown breakdown,
            Compare compare) {

        public Scope {
            filters = List.copyOf(filters);
        }
    }

    /**
     * By which property a result is split.
     *
     * @param limit so many values, the rest is "other"
     */
    record Breakdown(Filter.Source source, List<String> path, int limit, Attribution attribution, int step) {

        public Breakdown {
            path = List.copyOf(path);
        }
    }

    /** Which of a chain's events says the value. */
    enum Attribution {
        FIRST,
        LAST,
        ALL,
        STEP
    }

    /** With which time a trend is compared. */
    enum Compare {
        NONE,
        PREVIOUS,
        YEAR
    }

    /** How much of something over time. */
    record Trend(Scope scope, List<Series> series, @Nullable Formula formula, boolean cumulative)
            implements InsightQuery {

        public Trend {
            series = List.copyOf(series);
        }
    }

    /** One line of a trend. */
    record Series(
            Matcher matcher,
            Measure measure,
            List<String> property,
            @Nullable String label) {

        public Series {
            property = List.copyOf(property);
        }
    }

    /** What is counted of the events that match. */
    enum Measure {
        TOTAL,
        UNIQUE,
        SUM,
        AVERAGE,
        MIN,
        MAX,
        MEDIAN,
        P90,
        P95,
        P99,
        PER_USER;

        public boolean needsProperty() {
            return switch (this) {
                case TOTAL, UNIQUE, PER_USER -> false;
                default -> true;
            };
        }
    }

    /** How many go from step to step. */
    record Funnel(
            Scope scope,
            List<Step> steps,
            long window,
            FunnelPlan.Order order,
            List<Exclusion> exclusions,
            FunnelPlan.ExclusionMode exclusionMode,
            FunnelPlan.Count count)
            implements InsightQuery {

        public Funnel {
            steps = List.copyOf(steps);
            exclusions = List.copyOf(exclusions);
        }
    }

    /**
     * A step is done by any of its events.
     *
     * @param minGap milliseconds since the step before
     * @param maxGap milliseconds since the step before
     */
    record Step(List<Matcher> any, @Nullable String label, boolean optional, long minGap, long maxGap) {

        public Step {
            any = List.copyOf(any);
        }
    }

    /** What must not happen after step {@code from} and before step {@code to}, which count from 1. */
    record Exclusion(Matcher matcher, int from, int to) {}

    /**
     * Who comes back.
     *
     * @param periods the last period that is looked at
     */
    record Retention(
            Scope scope,
            Matcher start,
            Matcher back,
            RetentionPlan.Cohort cohort,
            RetentionPlan.Mode mode,
            RetentionPlan.Clock clock,
            int periods,
            List<RetentionPlan.Bracket> brackets)
            implements InsightQuery {

        public Retention {
            brackets = List.copyOf(brackets);
        }
    }

    /** Who is new, stays, comes back and leaves. */
    record Lifecycle(Scope scope, Matcher matcher) implements InsightQuery {}

    /** On how many intervals somebody is active. */
    record Stickiness(Scope scope, Matcher matcher, boolean cumulative) implements InsightQuery {}

    /**
     * Which ways people take.
     *
     * @param include the events that are nodes; any if empty
     * @param property the nodes are its values, or the names of the events if empty
     * @param gap milliseconds after which a new way begins
     * @param minShare nodes that fewer of the persons pass are "other"
     */
    record Paths(
            Scope scope,
            List<Matcher> include,
            List<String> property,
            @Nullable Matcher startAt,
            @Nullable Matcher endAt,
            int depth,
            long gap,
            double minShare)
            implements InsightQuery {

        public Paths {
            include = List.copyOf(include);
            property = List.copyOf(property);
        }
    }

    /**
     * Which touches earn conversions.
     *
     * @param revenue the property of the conversion that is shared out, or empty
     */
    record Attributed(
            Scope scope,
            Matcher conversion,
            List<Matcher> touches,
            List<String> touchProperty,
            List<String> revenue,
            AttributionPlan.Model model,
            long lookback,
            long halfLife)
            implements InsightQuery {

        public Attributed {
            touches = List.copyOf(touches);
            touchProperty = List.copyOf(touchProperty);
            revenue = List.copyOf(revenue);
        }
    }
}
