package io.opsdeck.analytics.fold;

/**
 * Sessions: events of one person less than {@code gap} apart. A session belongs to the interval and, with a breakdown by
 * event, to the value of its first event. Its length goes from first to last event, a single event makes a bounce.
 *
 * @param mask matchers of the events
 * @param gap milliseconds
 * @param daily count a session in each interval in which it has events, as daily counts are; length and bounce stay with
 *     the interval in which it began
 */
public record SessionPlan(int mask, Intervals intervals, long gap, boolean daily, Breakdown breakdown) {

    /** 30 minutes. */
    public static final long DEFAULT_GAP = 30 * 60_000L;

    public SessionPlan {
        if (gap < 1) {
            throw new IllegalArgumentException("a gap is longer than nothing");
        }
    }

    /** What the fold wants to see: enough before the range to know that a session began earlier, and the end of the last one. */
    public FoldNeeds needs() {
        boolean valueOfEarlier = daily && breakdown == Breakdown.EVENT;
        return FoldNeeds.between(valueOfEarlier ? Long.MIN_VALUE : intervals.from() - gap, Long.MAX_VALUE)
                .with(breakdown);
    }
}
