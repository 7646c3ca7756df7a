package io.opsdeck.analytics.fold;

import io.opsdeck.analytics.fold.LifecyclePlan.State;
import java.util.Arrays;

/**
 * The states of many persons from the intervals in which each was active, a bit each; as {@link LifecycleFold} has them.
 * The lowest bit stands for all time before the intervals: who has it is not new.
 */
public final class LifecycleRows implements RowFold<LifecycleTally> {

    private final LifecyclePlan plan;
    private final Intervals intervals;
    private final long[] active = new long[PERSONS];

    public LifecycleRows(LifecyclePlan plan) {
        this.plan = plan;
        intervals = plan.intervals().precededBy(1);
    }

    /** Whether the intervals, the one before them and all time before that have a bit each. */
    public static boolean fits(LifecyclePlan plan) {
        return plan.intervals().size() < Long.SIZE - 1;
    }

    @Override
    public void rows(int[] persons, PersonSlice events, LifecycleTally tally) {
        int mask = plan.mask();
        long[] at = events.at;
        int[] bits = events.bits;
        int person = -1;
        long start = 0;
        long length = 0;
        for (int i = 0; i < events.size; i++) {
            if (persons[i] == person && Long.compareUnsigned(at[i] - start, length) < 0) {
                continue;
            }
            int interval = intervals.indexOf(at[i]);
            if ((bits[i] & mask) != 0) {
                person = persons[i];
                active[person] |= 1L << interval + 1;
                start = interval < 0 ? Long.MIN_VALUE : intervals.start(interval);
                length = (interval < 0 ? intervals.start(0) : intervals.end(interval)) - start;
            }
        }
    }

    @Override
    public int end(int first, LifecycleTally tally) {
        int had = 0;
        long all = -1L >>> Long.SIZE - 1 - intervals.size();
        for (int person = 0; person < PERSONS; person++) {
            long now = active[person];
            had += now == 0 ? 0 : 1;
            long here = now & ~1L;
            long before = here << 1;
            long fresh = here & -now;
            count(tally, State.RETURNING, here & before);
            count(tally, State.DORMANT, before & ~here & all);
            count(tally, State.NEW, fresh & ~2L);
            count(tally, State.RESURRECTING, here & ~before & ~fresh & ~2L);
        }
        Arrays.fill(active, 0);
        return had;
    }

    private static void count(LifecycleTally tally, State state, long bits) {
        for (long left = bits; left != 0; left &= left - 1) {
            tally.person(state, Long.numberOfTrailingZeros(left) - 2);
        }
    }
}
