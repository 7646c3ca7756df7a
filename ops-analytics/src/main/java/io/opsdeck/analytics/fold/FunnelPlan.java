package io.opsdeck.analytics.fold;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A funnel, as its fold needs it. Steps are numbered from 1.
 *
 * <p>A <em>chain</em> is a row of distinct events e1 &lt; e2 &lt; … of one person in log order, the m-th matching required
 * step m, with e1 in {@code [from, to)} and {@code last − first ≤ window} (inclusive). Each step's gap limits hold between
 * its event and that of the required step before (inclusive). With order STRICT no tracked event lies between two
 * neighbours, but for events of optional steps that stand between the same steps. With order ANY the k-th event is the
 * one with which k different required steps can be filled by distinct events.
 *
 * <p>The result of a person is the longest chain; among those the one that enters earliest, then completes earliest,
 * then goes on earliest. An optional step is recorded if it is seen between the events of its required neighbours (after
 * the last reached one: within the window), its gap limits hold, and no earlier optional step took the event.
 *
 * <p>An exclusion from step i to j voids a chain by a match after e_i and before e_j (or after e_i, where the chain does
 * not reach j). CHAIN: such chains do not count. PERSON: the person is dropped once a match falls on an entry that has
 * reached i, has not reached j and whose window is open, unless the whole funnel was completed before.
 *
 * <p>TOTAL counts attempts: from the earliest entry its longest chain, then the same from behind its last event.
 *
 * @param steps the first one required; 2 of them can be the same, then two events are needed
 * @param window milliseconds
 * @param tracked with STRICT: matchers of events that interrupt a chain, 0 for every event
 * @param breakdownStep the step whose event is asked, with {@link Attribution#STEP}
 * @param from first instant at which a chain may begin
 * @param to first instant at which it may not begin any more
 * @param convertFrom step from which the time to convert counts
 * @param convertTo step to which it counts; the same step for none
 * @param entries intervals of the trend by entry, or null
 */
public record FunnelPlan(
        List<Step> steps,
        long window,
        Order order,
        int tracked,
        List<Exclusion> exclusions,
        ExclusionMode exclusionMode,
        Count count,
        Attribution attribution,
        int breakdownStep,
        long from,
        long to,
        int convertFrom,
        int convertTo,
        @Nullable Intervals entries) {

    /** The most steps a funnel may have; exclusions and tracked events take further matchers. */
    public static final int MOST_STEPS = 20;

    /** What no gap is longer than. */
    public static final long NO_LIMIT = Long.MAX_VALUE / 4;

    /** 14 days. */
    public static final long DEFAULT_WINDOW = 14 * 86_400_000L;

    /** Whether other events may lie between two steps, and whether the order of steps matters. */
    public enum Order {
        SEQUENTIAL,
        STRICT,
        ANY
    }

    /** Whether an exclusion drops the person or only the chain. */
    public enum ExclusionMode {
        PERSON,
        CHAIN
    }

    /** Persons, or attempts. */
    public enum Count {
        UNIQUE,
        TOTAL
    }

    /**
     * Which value a chain belongs to. FIRST and LAST: the first or last of its events that has a value. STEP: the value
     * at one step; a person may be counted under several, and is absent without that step. ALL: each value is judged on
     * the events that have it alone. PROFILE: the trait. A missing value is code 0, a value like any other.
     */
    public enum Attribution {
        NONE,
        FIRST,
        LAST,
        ALL,
        STEP,
        PROFILE
    }

    /**
     * One step.
     *
     * @param mask the matchers of which one has to match
     * @param minGap milliseconds since the required step before, at least
     * @param maxGap milliseconds since the required step before, at most
     */
    public record Step(int mask, boolean optional, long minGap, long maxGap) {

        public Step {
            if (mask == 0 || minGap < 0 || maxGap < minGap) {
                throw new IllegalArgumentException("a step needs a matcher and gap limits in order");
            }
        }

        public static Step of(int mask) {
            return new Step(mask, false, 0, NO_LIMIT);
        }

        public static Step optional(int mask) {
            return new Step(mask, true, 0, NO_LIMIT);
        }

        public Step gap(long least, long most) {
            return new Step(mask, optional, least, Math.min(most, NO_LIMIT));
        }

        boolean limited() {
            return minGap > 0 || maxGap < NO_LIMIT;
        }
    }

    /** What must not happen after step {@code from} and before step {@code to}. */
    public record Exclusion(int mask, int from, int to) {}

    public FunnelPlan {
        steps = List.copyOf(steps);
        exclusions = List.copyOf(exclusions);
        if (steps.isEmpty() || steps.size() > MOST_STEPS || steps.get(0).optional()) {
            throw new IllegalArgumentException("1 to " + MOST_STEPS + " steps, the first one required");
        }
        if (window < 0 || window > NO_LIMIT) {
            throw new IllegalArgumentException("the window is out of bounds");
        }
        for (Exclusion exclusion : exclusions) {
            if (exclusion.from >= exclusion.to
                    || !isRequired(steps, exclusion.from)
                    || !isRequired(steps, exclusion.to)) {
                throw new IllegalArgumentException("an exclusion goes from a required step to a later one");
            }
        }
        if (order == Order.ANY && (!exclusions.isEmpty() || steps.stream().anyMatch(Step::limited))) {
            throw new IllegalArgumentException("exclusions and gaps need an order");
        }
        if (attribution == Attribution.STEP && !isRequired(steps, breakdownStep)) {
            throw new IllegalArgumentException("the breakdown asks a required step");
        }
        if (convertFrom < 1 || convertFrom > convertTo || convertTo > steps.size()) {
            throw new IllegalArgumentException("time to convert goes from a step to a later one");
        }
    }

    private static boolean isRequired(List<Step> steps, int number) {
        return number >= 1 && number <= steps.size() && !steps.get(number - 1).optional();
    }

    /** What the fold wants to see. */
    public FoldNeeds needs() {
        long until = to >= Long.MAX_VALUE - window ? Long.MAX_VALUE : to + window;
        boolean everyEvent = order == Order.STRICT && tracked == 0;
        boolean values = switch (attribution) {
            case FIRST, LAST, ALL, STEP -> true;
            case NONE, PROFILE -> false;
        };
        return new FoldNeeds(from, until, everyEvent, values, false, false, attribution == Attribution.PROFILE, false);
    }

    /** The number of the required step with this rank, ranks counting from 0. */
    int required(int rank) {
        int left = rank;
        for (int i = 0; i < steps.size(); i++) {
            if (!steps.get(i).optional() && left-- == 0) {
                return i + 1;
            }
        }
        throw new IllegalArgumentException("no required step of rank " + rank);
    }

    /** The rank of a required step, the number of required steps before it. */
    int rank(int number) {
        int rank = 0;
        for (int i = 0; i < number - 1; i++) {
            rank += steps.get(i).optional() ? 0 : 1;
        }
        return rank;
    }

    int requiredSteps() {
        return rank(steps.size() + 1);
    }

    /** A funnel with the defaults: sequential, unique, no breakdown, 14 days, time from the first to the last required step. */
    public static Builder of(long from, long to, List<Step> steps) {
        return new Builder(from, to, steps);
    }

    /** Gathers what differs from the defaults. */
    public static final class Builder {
        private final List<Step> steps;
        private final long from;
        private final long to;
        private final List<Exclusion> exclusions = new ArrayList<>();
        private long window = DEFAULT_WINDOW;
        private Order order = Order.SEQUENTIAL;
        private int tracked;
        private ExclusionMode exclusionMode = ExclusionMode.PERSON;
        private Count count = Count.UNIQUE;
        private Attribution attribution = Attribution.NONE;
        private int breakdownStep;
        private int convertFrom = 1;
        private int convertTo;
        private @Nullable Intervals entries;

        private Builder(long from, long to, List<Step> steps) {
            this.from = from;
            this.to = to;
            this.steps = steps;
            convertTo = steps.size();
            while (convertTo > 1 && steps.get(convertTo - 1).optional()) {
                convertTo--;
            }
        }

        public Builder window(long millis) {
            window = millis;
            return this;
        }

        public Builder order(Order value) {
            order = value;
            return this;
        }

        /** STRICT, interrupted by the events of these matchers only (and by those of the steps). */
        public Builder strict(int trackedMask) {
            order = Order.STRICT;
            tracked = trackedMask;
            return this;
        }

        public Builder exclude(int mask, int fromStep, int toStep) {
            exclusions.add(new Exclusion(mask, fromStep, toStep));
            return this;
        }

        public Builder exclusionMode(ExclusionMode value) {
            exclusionMode = value;
            return this;
        }

        public Builder count(Count value) {
            count = value;
            return this;
        }

        public Builder breakdown(Attribution value) {
            attribution = value;
            return this;
        }

        public Builder breakdownAt(int step) {
            attribution = Attribution.STEP;
            breakdownStep = step;
            return this;
        }

        public Builder timeBetween(int fromStep, int toStep) {
            convertFrom = fromStep;
            convertTo = toStep;
            return this;
        }

        public Builder trend(Intervals intervals) {
            entries = intervals;
            return this;
        }

        public FunnelPlan build() {
            return new FunnelPlan(
                    steps,
                    window,
                    order,
                    tracked,
                    exclusions,
                    exclusionMode,
                    count,
                    attribution,
                    breakdownStep,
                    from,
                    to,
                    convertFrom,
                    convertTo,
                    entries);
        }
    }
}
