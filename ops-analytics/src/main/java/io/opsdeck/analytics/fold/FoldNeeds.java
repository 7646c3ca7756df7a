package io.opsdeck.analytics.fold;

/**
 * What a plan wants in its slices.
 *
 * @param from epoch milliseconds of the first event that can matter, {@link Long#MIN_VALUE} for all history
 * @param until the first instant after the last event that can matter, {@link Long#MAX_VALUE} for no end
 * @param everyEvent also events that no matcher of the query matches
 * @param values the breakdown value of each event (for paths: the node)
 * @param keys the shared property of each event
 * @param amounts the numeric property of each event
 * @param trait the profile's breakdown value
 * @param created when the profile was created
 */
public record FoldNeeds(
        long from,
        long until,
        boolean everyEvent,
        boolean values,
        boolean keys,
        boolean amounts,
        boolean trait,
        boolean created) {

    /** Times and bits alone. */
    public static FoldNeeds between(long from, long until) {
        return new FoldNeeds(from, until, false, false, false, false, false, false);
    }

    /** The same from the beginning of all history on. */
    public FoldNeeds sinceEver() {
        return new FoldNeeds(Long.MIN_VALUE, until, everyEvent, values, keys, amounts, trait, created);
    }

    FoldNeeds with(Breakdown breakdown) {
        return new FoldNeeds(
                from,
                until,
                everyEvent,
                values || breakdown == Breakdown.EVENT,
                keys,
                amounts,
                trait || breakdown == Breakdown.PROFILE,
                created);
    }
}
