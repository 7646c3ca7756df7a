package io.opsdeck.analytics.fold;

import java.util.List;

/**
 * Which touches earn a conversion. Touches of a conversion lie before it in log order and at most {@code lookback} before
 * it in time (inclusive); their value is the slice's value. With key events only touches count after which, and before the
 * conversion, a key event happened that has the conversion's key.
 *
 * <p>The shares of one conversion add up to 1. FIRST and LAST: the first or last touch. LAST_NON_DIRECT: the last one whose
 * value is not direct, else the last. LINEAR: equal shares. POSITION: 40 % to the first and the last, 20 % shared by those
 * between; two touches get half each. TIME_DECAY: 2^(−age / halfLife), made to add up to 1.
 *
 * @param from first instant at which a conversion counts
 * @param to first instant at which it does not count any more
 * @param keyMask matchers of the key event, 0 for none
 * @param sharedKey whether the key event needs the conversion's key, and not 0
 * @param direct codes of values that are direct, 0 for touches without value
 * @param firstOnly count only each person's first conversion in the range
 * @param revenue whether amounts are summed
 */
public record AttributionPlan(
        int conversionMask,
        int touchMask,
        int keyMask,
        boolean sharedKey,
        Model model,
        long lookback,
        long halfLife,
        List<Integer> direct,
        boolean firstOnly,
        boolean revenue,
        long from,
        long to) {

    /** How the shares are laid out. */
    public enum Model {
        FIRST,
        LAST,
        LAST_NON_DIRECT,
        LINEAR,
        POSITION,
        TIME_DECAY
    }

    /** 30 days. */
    public static final long DEFAULT_LOOKBACK = 30 * 86_400_000L;

    /** 7 days. */
    public static final long DEFAULT_HALF_LIFE = 7 * 86_400_000L;

    public AttributionPlan {
        direct = List.copyOf(direct);
        if (conversionMask == 0 || touchMask == 0 || lookback < 0 || halfLife < 1) {
            throw new IllegalArgumentException("attribution needs conversions, touches and times");
        }
    }

    /** What the fold wants to see. */
    public FoldNeeds needs() {
        long earliest = from <= Long.MIN_VALUE + lookback ? Long.MIN_VALUE : from - lookback;
        return new FoldNeeds(earliest, to, false, true, keyMask != 0 && sharedKey, revenue, false, false);
    }
}
