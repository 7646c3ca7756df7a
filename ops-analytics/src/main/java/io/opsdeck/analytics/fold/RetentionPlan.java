package io.opsdeck.analytics.fold;

import java.util.List;

/**
 * Who comes back. Period 0 of a cohort is the interval of its start event; a person is in cohort c if the start event
 * happened in interval c, with {@link Cohort#FIRST} only if it was the first one ever. On the CALENDAR period n is the
 * interval c + n; ROLLING it is the n-th block of the unit's length (a day is 24 hours, a month 30 days) after the person's
 * own first start event in c. A return within period 0 has to come after that start event, unless start and return are the
 * same matchers. Columns are 0, the cohort's size, then the periods from 1 on, or the brackets if there are some.
 *
 * @param startMask matchers of the start event
 * @param returnMask matchers of the return event
 * @param cohorts intervals in which cohorts begin
 * @param periods the last period asked for
 * @param brackets periods that are looked at together; a return in any of them counts, whatever the mode
 * @param completeUntil instant up to which everything has arrived; a cell whose period ends later is incomplete
 * @param breakdown with EVENT the return must have the value of the start; a first-time person has the value of the very
 *     first start event
 */
public record RetentionPlan(
        int startMask,
        int returnMask,
        Cohort cohort,
        Mode mode,
        Clock clock,
        Intervals cohorts,
        int periods,
        List<Bracket> brackets,
        long completeUntil,
        Breakdown breakdown) {

    /** Everyone who did the start event in the interval, or only those who did it for the first time. */
    public enum Cohort {
        FIRST,
        RECURRING
    }

    /** Back in that period, or in that or any later one. */
    public enum Mode {
        ON,
        ON_OR_AFTER
    }

    /** Intervals of the zone, or blocks counted from the person's own start. */
    public enum Clock {
        CALENDAR,
        ROLLING
    }

    /** Periods from {@code from} to {@code to}, both inclusive. */
    public record Bracket(int from, int to) {}

    public RetentionPlan {
        brackets = List.copyOf(brackets);
        if (startMask == 0 || returnMask == 0 || periods < 0 || periods > Intervals.MOST) {
            throw new IllegalArgumentException("retention needs a start, a return and periods");
        }
        for (Bracket bracket : brackets) {
            if (bracket.from < 0 || bracket.to < bracket.from || bracket.to > periods) {
                throw new IllegalArgumentException("a bracket lies within the periods");
            }
        }
    }

    /** What the fold wants to see. */
    public FoldNeeds needs() {
        long from = cohort == Cohort.FIRST ? Long.MIN_VALUE : cohorts.from();
        return FoldNeeds.between(from, mode == Mode.ON_OR_AFTER ? Long.MAX_VALUE : end(cohorts.size() - 1, periods))
                .with(breakdown);
    }

    /** Number of the last column. */
    public int columns() {
        return brackets.isEmpty() ? periods : brackets.size();
    }

    boolean startIsReturn() {
        return startMask == returnMask;
    }

    /** The first instant at which period n of the cohort is over for everybody. */
    long end(int cohortIndex, int period) {
        return clock == Clock.CALENDAR
                ? cohorts.followedBy(period).end(cohortIndex + period)
                : cohorts.end(cohortIndex) + (period + 1L) * cohorts.unit().millis();
    }
}
