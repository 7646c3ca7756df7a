package io.opsdeck.analytics.fold;

import io.opsdeck.analytics.fold.LifecyclePlan.NewBy;
import io.opsdeck.analytics.fold.LifecyclePlan.State;
import java.util.Arrays;

/**
 * One person's states by interval. One pass, walking the boundaries along; kept are only the intervals in which something
 * is to be said, two ints each, at most twice the active ones.
 */
public final class LifecycleFold implements PersonFold {

    private static final State[] STATES = State.values();

    private final LifecyclePlan plan;
    private final Intervals intervals;
    private int person;
    private int size;
    private int[] interval = new int[16];
    private int[] state = new int[16];

    public LifecycleFold(LifecyclePlan plan) {
        this.plan = plan;
        intervals = plan.intervals().precededBy(1);
    }

    /** Ordinal of the person read last. */
    public int person() {
        return person;
    }

    int size() {
        return size;
    }

    int interval(int i) {
        return interval[i];
    }

    int state(int i) {
        return state[i];
    }

    /** Whether the person is in this state in this interval. */
    public boolean is(State wanted, int at) {
        for (int i = 0; i < size; i++) {
            if (interval[i] == at && STATES[state[i]] == wanted) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void fold(PersonSlice slice) {
        person = slice.person;
        size = 0;
        long[] at = slice.at;
        int[] bits = slice.bits;
        int mask = plan.mask();
        int end = slice.size;
        int i = 0;
        while (i < end && (bits[i] & mask) == 0) {
            i++;
        }
        if (i == end) {
            return;
        }
        long known = plan.newBy() == NewBy.CREATED ? Math.min(at[i], slice.created) : at[i];
        int last = -2;
        int current = 0;
        int count = intervals.size();
        long before = intervals.start(0);
        long boundary = intervals.end(0);
        for (; i < end; i++) {
            long time = at[i];
            if (time < before || (bits[i] & mask) == 0) {
                continue;
            }
            while (time >= boundary && current < count) {
                current++;
                boundary = current < count ? intervals.end(current) : Long.MAX_VALUE;
            }
            if (current == count) {
                break;
            }
            before = boundary;
            sleep(last, current);
            if (current > 0) {
                State now = known >= intervals.start(current) ? State.NEW : State.RESURRECTING;
                write(current - 1, last == current - 1 ? State.RETURNING : now);
            }
            last = current;
        }
        sleep(last, count + 1);
    }

    /** The interval after the last active one is dormant, unless the next active one is that. */
    private void sleep(int last, int next) {
        if (last >= 0 && next > last + 1 && last + 1 < intervals.size()) {
            write(last, State.DORMANT);
        }
    }

    private void write(int at, State now) {
        if (size == interval.length) {
            interval = Arrays.copyOf(interval, size * 2);
            state = Arrays.copyOf(state, size * 2);
        }
        interval[size] = at;
        state[size++] = now.ordinal();
    }
}
