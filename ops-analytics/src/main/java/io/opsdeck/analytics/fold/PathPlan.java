package io.opsdeck.analytics.fold;

/**
 * Ways through the product. A person's events are cut into sessions wherever {@code gap} or more lies between two; a node is
 * the slice's value of an event, a run of the same node is one node at its first event. A path is
 *
 * <ul>
 *   <li>without start and end: the session's first {@code depth} nodes,
 *   <li>with a start: the first {@code depth} nodes from the session's first start event on,
 *   <li>with an end: the last {@code depth} nodes up to the session's first end event, so numbered that the end is step
 *       {@code depth},
 *   <li>with both: from the first start event to the first end event after it, at most {@code depth} nodes.
 * </ul>
 *
 * A session without the start or the end has no path. Sessions are those with an event in {@code [from, to)}; only events
 * in that range are looked at.
 *
 * @param mask matchers of the events that are included
 * @param startMask matchers of the start, 0 for none
 * @param endMask matchers of the end, 0 for none
 * @param depth 1 to 8 nodes
 * @param gap milliseconds
 */
public record PathPlan(int mask, int startMask, int endMask, int depth, long gap, long from, long to) {

    public static final int MOST_DEPTH = 8;

    public PathPlan {
        if (depth < 1 || depth > MOST_DEPTH) {
            throw new IllegalArgumentException("a path has 1 to " + MOST_DEPTH + " nodes");
        }
        if (gap < 1) {
            throw new IllegalArgumentException("a gap is longer than nothing");
        }
    }

    /** What the fold wants to see; the value of an event is its node. */
    public FoldNeeds needs() {
        return FoldNeeds.between(from, to).with(Breakdown.EVENT);
    }
}
