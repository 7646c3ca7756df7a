package io.opsdeck.analytics.fold;

/**
 * In how many of the intervals a person is active; clipped intervals count what lies inside the clip.
 *
 * @param mask matchers of the event
 */
public record StickinessPlan(int mask, Intervals intervals) {

    /** What the fold wants to see. */
    public FoldNeeds needs() {
        return FoldNeeds.between(intervals.from(), intervals.to());
    }
}
