package io.opsdeck.analytics.insight;

import io.opsdeck.analytics.fold.AttributionPlan;
import io.opsdeck.analytics.fold.FunnelPlan;
import io.opsdeck.analytics.fold.Intervals;
import io.opsdeck.analytics.fold.LifecyclePlan;
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
     * @param filters conditions that every event, or its person, has to meet
     * @param people whose events count, or null for everybody's
     * @param includeInternal whether members of the team and test profiles count too
     */
    record Scope(
            QueryRange range,
            Intervals.Unit interval,
            List<Filter> filters,
            @Nullable Breakdown breakdown,
            Compare compare,
            @Nullable PeopleRule people,
            boolean includeInternal) {

        public Scope {
            filters = List.copyOf(filters);
        }

        public Scope(
                QueryRange range,
                Intervals.Unit interval,
                List<Filter> filters,
                @Nullable Breakdown breakdown,
                Compare compare) {
            this(range, interval, filters, breakdown, compare, null, false);
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

    /**
     * One line of a trend.
     *
     * @param rolling of ACTIVE and STICKINESS: how many intervals the window has that ends with each interval, else 0
     */
    record Series(
            Matcher matcher,
            Measure measure,
            List<String> property,
            @Nullable String label,
            int rolling) {

        public Series {
            property = List.copyOf(property);
        }

        public Series(Matcher matcher, Measure measure, List<String> property, @Nullable String label) {
            this(matcher, measure, property, label, 0);
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
        PER_USER,
        /** Distinct persons in a window that ends with the interval: with days, 1 is DAU, 7 is WAU, 30 is MAU. */
        ACTIVE,
        /** The mean of the persons per interval of the window by the persons of the window, such as DAU/MAU. */
        STICKINESS,
        /** Sessions of the events that match; one that lasts past midnight counts on each of its days. */
        SESSIONS,
        /** Mean seconds from the first to the last event of the sessions that began. */
        SESSION_LENGTH,
        /** The part of the sessions that began which have a single event. */
        BOUNCE_RATE;

        public boolean needsProperty() {
            return switch (this) {
                case SUM, AVERAGE, MIN, MAX, MEDIAN, P90, P95, P99 -> true;
                default -> false;
            };
        }

        public boolean isRolling() {
            return this == ACTIVE || this == STICKINESS;
        }

        public boolean isOfSessions() {
            return this == SESSIONS || this == SESSION_LENGTH || this == BOUNCE_RATE;
        }
    }

    /**
     * How many go from step to step.
     *
     * @param tracked with STRICT: the events beside those of the steps that interrupt a chain; any if empty
     * @param timeFrom the step from which the time to convert counts; 0 for the first
     * @param timeTo the step to which it counts; 0 for the last one that is not optional
     */
    record Funnel(
            Scope scope,
            List<Step> steps,
            long window,
            FunnelPlan.Order order,
            List<Exclusion> exclusions,
            FunnelPlan.ExclusionMode exclusionMode,
            FunnelPlan.Count count,
            List<Matcher> tracked,
            int timeFrom,
            int timeTo)
            implements InsightQuery {

        public Funnel {
            steps = List.copyOf(steps);
            exclusions = List.copyOf(exclusions);
            tracked = List.copyOf(tracked);
        }

        public Funnel(
                Scope scope,
                List<Step> steps,
                long window,
                FunnelPlan.Order order,
                List<Exclusion> exclusions,
                FunnelPlan.ExclusionMode exclusionMode,
                FunnelPlan.Count count) {
            this(scope, steps, window, order, exclusions, exclusionMode, count, List.of(), 0, 0);
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
     * @param mean whether large cohorts weigh more in the mean
     */
    record Retention(
            Scope scope,
            Matcher start,
            Matcher back,
            RetentionPlan.Cohort cohort,
            RetentionPlan.Mode mode,
            RetentionPlan.Clock clock,
            int periods,
            List<RetentionPlan.Bracket> brackets,
            Mean mean)
            implements InsightQuery {

        public Retention {
            brackets = List.copyOf(brackets);
        }

        public Retention(
                Scope scope,
                Matcher start,
                Matcher back,
                RetentionPlan.Cohort cohort,
                RetentionPlan.Mode mode,
                RetentionPlan.Clock clock,
                int periods,
                List<RetentionPlan.Bracket> brackets) {
            this(scope, start, back, cohort, mode, clock, periods, brackets, Mean.WEIGHTED);
        }
    }

    /** How the shares of several cohorts become one. */
    enum Mean {
        WEIGHTED,
        SIMPLE
    }

    /** Who is new, stays, comes back and leaves; a profile is created by the person's first event of any name. */
    record Lifecycle(Scope scope, Matcher matcher, LifecyclePlan.NewBy newBy) implements InsightQuery {

        public Lifecycle(Scope scope, Matcher matcher) {
            this(scope, matcher, LifecyclePlan.NewBy.FIRST_EVENT);
        }
    }

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
     * @param keyEvent what has to happen between a touch and the conversion, or null
     * @param keyProperty the property that key event and conversion have to share, or empty
     * @param per every conversion in the range, or the first one of each person
     */
    record Attributed(
            Scope scope,
            Matcher conversion,
            List<Matcher> touches,
            List<String> touchProperty,
            List<String> revenue,
            AttributionPlan.Model model,
            long lookback,
            long halfLife,
            @Nullable Matcher keyEvent,
            List<String> keyProperty,
            Per per)
            implements InsightQuery {

        public Attributed {
            touches = List.copyOf(touches);
            touchProperty = List.copyOf(touchProperty);
            revenue = List.copyOf(revenue);
            keyProperty = List.copyOf(keyProperty);
        }

        public Attributed(
                Scope scope,
                Matcher conversion,
                List<Matcher> touches,
                List<String> touchProperty,
                List<String> revenue,
                AttributionPlan.Model model,
                long lookback,
                long halfLife) {
            this(
                    scope,
                    conversion,
                    touches,
                    touchProperty,
                    revenue,
                    model,
                    lookback,
                    halfLife,
                    null,
                    List.of(),
                    Per.CONVERSION);
        }
    }

    /** What is attributed. */
    enum Per {
        CONVERSION,
        PERSON
    }
}
