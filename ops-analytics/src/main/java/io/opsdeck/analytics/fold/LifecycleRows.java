package io.opsdeck.analytics.fold;

import io.opsdeck.analytics.fold.LifecyclePlan.State;
import java.util.Arrays;

/** The states of many persons from the intervals in which each was active, a bit each; as {@link LifecycleFold} has them. */
public final class LifecycleRows implements RowFold<LifecycleTally> {

    private final LifecyclePlan plan;
    private final Intervals intervals;
    private final long[] active = new long[PERSONS];

    /** The first event of each person. */
    private final long[] known = new long[PERSONS];

    public LifecycleRows(LifecyclePlan plan) {
        this.plan = plan;
        intervals = plan.intervals().precededBy(1);
        Arrays.fill(known, Long.MAX_VALUE);
    }

    /** Whether the intervals and the one before them have a bit each. */
    public static boolean fits(LifecyclePlan plan) {
        return plan.intervals().size() < Long.SIZE;
    }

    @Override
    public void rows(int[] persons, PersonSlice events, LifecycleTally tally) {
        int mask = plan.mask();
        int person = persons[0];
        long now = 0;
        long first = Long.MAX_VALUE;
        for (int i = 0; i < events.size; i++) {
            if (persons[i] != person) {
                active[person] |= now;
                known[person] = Math.min(known[person], first);
                person = persons[i];
                now = 0;
                first = Long.MAX_VALUE;
            }
            if ((events.bits[i] & mask) != 0) {
                int interval = intervals.indexOf(events.at[i]);
                now |= interval < 0 ? 0 : 1L << interval;
                first = Math.min(first, events.at[i]);
            }
        }
        active[person] |= now;
        known[person] = Math.min(known[person], first);
    }

    @Override
    public int end(int first, LifecycleTally tally) {
        int had = 0;
        long all = -1L >>> Long.SIZE - intervals.size();
        for (int person = 0; person < PERSONS; person++) {
            long now = active[person];
            had += known[person] == Long.MAX_VALUE ? 0 : 1;
            long before = now << 1;
            count(tally, State.RETURNING, now & before);
            count(tally, State.DORMANT, before & ~now & all);
            for (long left = now & ~before & ~1L; left != 0; left &= left - 1) {
                int interval = Long.numberOfTrailingZeros(left);
                boolean fresh = known[person] >= intervals.start(interval);
                tally.person(fresh ? State.NEW : State.RESURRECTING, interval - 1);
            }
        }
        Arrays.fill(active, 0);
        Arrays.fill(known, Long.MAX_VALUE);
        return had;
    }

    private static void count(LifecycleTally tally, State state, long bits) {
        for (long left = bits; left != 0; left &= left - 1) {
            tally.person(state, Long.numberOfTrailingZeros(left) - 1);
        }
    }
}
