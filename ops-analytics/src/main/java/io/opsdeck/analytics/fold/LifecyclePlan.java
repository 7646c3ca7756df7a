package io.opsdeck.analytics.fold;

/**
 * Who is new, returning, resurrecting or dormant in each interval; intervals count whole, and the one before the first is
 * looked at too. Active in interval i is who has a matching event in it.
 *
 * @param mask matchers of the event
 */
public record LifecyclePlan(int mask, Intervals intervals, NewBy newBy) {

    /** Whether a person is new with the first matching event ever, or with the creation of the profile. */
    public enum NewBy {
        FIRST_EVENT,
        CREATED
    }

    /**
     * RETURNING: active, and in the interval before. NEW: active, not before, first event (or creation, where that is
     * earlier) in this interval. RESURRECTING: active, not before, but known earlier. DORMANT: active before, not now.
     */
    public enum State {
        NEW,
        RETURNING,
        RESURRECTING,
        DORMANT
    }

    /** What the fold wants to see: all history, because the first event may lie long ago. */
    public FoldNeeds needs() {
        return new FoldNeeds(
                Long.MIN_VALUE,
                intervals.end(intervals.size() - 1),
                false,
                false,
                false,
                false,
                false,
                newBy == NewBy.CREATED);
    }
}
