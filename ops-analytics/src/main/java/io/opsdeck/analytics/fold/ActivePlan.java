package io.opsdeck.analytics.fold;

/**
 * Distinct persons in a window that ends with each interval: with days, a window of 1 is DAU, of 7 WAU, of 30 MAU. The
 * intervals before the first that its window reaches into are looked at too; intervals count whole.
 *
 * @param mask matchers of the event
 * @param window number of intervals
 * @param breakdown with EVENT a person is counted for each value of its events in the window
 */
public record ActivePlan(int mask, Intervals intervals, int window, Breakdown breakdown) {

    public ActivePlan {
        if (window < 1 || window > Intervals.MOST) {
            throw new IllegalArgumentException("a window has at least one interval");
        }
    }

    /** What the fold wants to see. */
    public FoldNeeds needs() {
        long from = intervals.precededBy(window - 1).start(0);
        return FoldNeeds.between(from, intervals.end(intervals.size() - 1)).with(breakdown);
    }
}
