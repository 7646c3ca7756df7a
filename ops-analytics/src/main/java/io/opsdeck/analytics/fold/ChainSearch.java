package io.opsdeck.analytics.fold;

import java.util.Arrays;

/**
 * Finds chains where gap limits, exclusions or a strict order decide: for each event the earliest end of a chain that
 * goes on from it, computed backwards. For a given last step, {@code end[m][i]} is the least index at which a chain whose
 * m-th event is i can end; it is the least {@code end[m + 1]} among the events that may follow, and those lie in a
 * stretch of time that only moves backwards, so that a queue with its least value in front answers in constant time
 * (without gap limits the least value alone does). What must not happen between two steps empties the queue of the later
 * one. Time is a few operations per match and, in strict order, per event and step; that once for each last step tried.
 * Memory is 4 ints per event and step.
 */
final class ChainSearch {

    static final int NEVER = Integer.MAX_VALUE;
    private static final long NONE = Long.MIN_VALUE / 2;

    private final FunnelPlan plan;
    private final int required;
    private final long[] minGap;
    private final long[] maxGap;
    private final int[] tolerated;
    private final boolean strict;
    private final int trackedMask;
    private final FunnelPlan.Exclusion[] exclusions;
    private final int[] exclusionFrom;
    private final int[] exclusionTo;
    private final boolean voiding;

    private long[] at = new long[0];
    private int[] bits = new int[0];
    private int[] steps = new int[0];
    private int from;
    private int to;
    private int bound;

    private final int[][] entryEnds;
    private final boolean[] known;
    private final int[][] ends;
    private int traced;

    private final int[][] waiting;
    private final int[] waitingHead;
    private final int[] waitingTail;
    private final int[][] ripe;
    private final int[] ripeHead;
    private final int[] ripeTail;
    private final boolean[] limited;
    private final int[] nearest;
    private final long[] starts;
    private int[] next = new int[0];

    ChainSearch(FunnelPlan plan) {
        this.plan = plan;
        required = plan.requiredSteps();
        minGap = new long[required];
        maxGap = new long[required];
        tolerated = new int[required];
        strict = plan.order() == FunnelPlan.Order.STRICT;
        limited = new boolean[required];
        int rank = -1;
        int all = plan.tracked();
        for (FunnelPlan.Step step : plan.steps()) {
            all |= step.mask();
            if (step.optional()) {
                tolerated[rank] |= step.mask();
                continue;
            }
            rank++;
            minGap[rank] = step.minGap();
            maxGap[rank] = step.maxGap();
            limited[rank] = step.limited();
        }
        trackedMask = plan.tracked() == 0 ? 0 : all;
        exclusions = plan.exclusions().toArray(FunnelPlan.Exclusion[]::new);
        exclusionFrom = new int[exclusions.length];
        exclusionTo = new int[exclusions.length];
        for (int x = 0; x < exclusions.length; x++) {
            exclusionFrom[x] = plan.rank(exclusions[x].from());
            exclusionTo[x] = plan.rank(exclusions[x].to());
        }
        voiding = plan.exclusionMode() == FunnelPlan.ExclusionMode.CHAIN;
        entryEnds = new int[required][0];
        known = new boolean[required];
        ends = new int[required][0];
        waiting = new int[required][0];
        waitingHead = new int[required];
        waitingTail = new int[required];
        ripe = new int[required][0];
        ripeHead = new int[required];
        ripeTail = new int[required];
        nearest = new int[required];
        starts = new long[required];
    }

    /**
     * Turns to the events {@code [first, end)} of these arrays; bit r of {@code ranks} is the required step of rank r, and
     * it is known that no more than {@code most} steps are reached within the window.
     */
    void open(long[] times, int[] matches, int[] ranks, int first, int end, int most) {
        at = times;
        bits = matches;
        steps = ranks;
        from = first;
        to = end;
        traced = -1;
        bound = strict ? Math.min(most, unbroken()) : most;
        Arrays.fill(known, false);
        if (ends[0].length < end) {
            next = new int[times.length];
            for (int r = 0; r < required; r++) {
                entryEnds[r] = new int[times.length];
                ends[r] = new int[times.length];
                waiting[r] = new int[times.length];
                ripe[r] = new int[times.length];
            }
        }
    }

    /** The last rank that a chain from this entry reaches within the window. */
    int reach(int entry) {
        for (int last = bound - 1; last > 0; last--) {
            if (completes(entry, last)) {
                return last;
            }
        }
        return 0;
    }

    /** Whether a chain from this entry reaches the rank within the window. */
    boolean completes(int entry, int last) {
        if (last >= bound) {
            return false;
        }
        int end = end(entry, last);
        return end != NEVER && at[end] - at[entry] <= plan.window();
    }

    /** The least index at which a chain from this entry reaches the rank, {@link #NEVER} if none does within the window. */
    int end(int entry, int last) {
        if (last == 0 || last >= bound) {
            return last == 0 ? entry : NEVER;
        }
        if (!known[last]) {
            walk(last);
            System.arraycopy(ends[0], from, entryEnds[last], from, to - from);
            known[last] = true;
        }
        return entryEnds[last][entry];
    }

    /** Writes the indexes of the chain from this entry to the rank, each the earliest with which it still ends earliest. */
    void trace(int entry, int last, int[] chain) {
        chain[0] = entry;
        if (last == 0) {
            return;
        }
        int end = end(entry, last);
        chain[last] = end;
        if (last == 1) {
            return;
        }
        if (traced != last) {
            walk(last);
        }
        int current = entry;
        for (int r = 1; r < last; r++) {
            int next = current + 1;
            while ((steps[next] >>> r & 1) == 0 || ends[r][next] != end || !fits(r, at[next] - at[current])) {
                next++;
            }
            chain[r] = next;
            current = next;
        }
    }

    /** How many steps are reached at most if no event may lie between them that is tracked and not tolerated. */
    private int unbroken() {
        int reached = 0;
        Arrays.fill(starts, NONE);
        for (int i = from; i < to; i++) {
            if (trackedMask != 0 && (bits[i] & trackedMask) == 0) {
                continue;
            }
            for (int r = Math.min(reached, required - 1); r >= 0; r--) {
                long start = r > 0 ? starts[r - 1] : isEntry(i) ? at[i] : NONE;
                boolean extended = (steps[i] >>> r & 1) != 0 && at[i] - start <= plan.window();
                if (extended) {
                    starts[r] = start;
                    reached = Math.max(reached, r + 1);
                } else if ((bits[i] & tolerated[r]) == 0) {
                    starts[r] = NONE;
                }
            }
        }
        return reached;
    }

    private boolean fits(int rank, long gap) {
        return gap >= minGap[rank] && gap <= maxGap[rank];
    }

    /**
     * Whether the person is dropped: a match of an exclusion falls on an entry of the report that has reached its first
     * step and not its second one, while the window is open and before the funnel was completed for the first time.
     */
    boolean dropsPerson() {
        if (exclusions.length == 0 || voiding) {
            return false;
        }
        int completed = to;
        for (int i = from; i < to && bound == required; i++) {
            if (isEntry(i) && completes(i, required - 1)) {
                completed = Math.min(completed, end(i, required - 1));
            }
        }
        for (int x = 0; x < exclusions.length; x++) {
            if (drops(x, completed)) {
                return true;
            }
        }
        return false;
    }

    private boolean drops(int x, int completed) {
        int mask = exclusions[x].mask();
        findNext(mask);
        for (int i = from; i < to; i++) {
            if (!isEntry(i)) {
                continue;
            }
            int begun = end(i, exclusionFrom[x]);
            if (begun == NEVER) {
                continue;
            }
            int hit = next[begun];
            if (hit < completed && hit < end(i, exclusionTo[x]) && at[hit] - at[i] <= plan.window()) {
                return true;
            }
        }
        return false;
    }

    /** Notes for each event the index of the next one after it that matches, {@link #NEVER} if none does. */
    private void findNext(int mask) {
        int following = NEVER;
        for (int i = to - 1; i >= from; i--) {
            next[i] = following;
            following = (bits[i] & mask) != 0 ? i : following;
        }
    }

    boolean isEntry(int i) {
        return (steps[i] & 1) != 0 && at[i] >= plan.from() && at[i] < plan.to();
    }

    private void walk(int last) {
        traced = last;
        for (int r = 1; r <= last; r++) {
            empty(r);
        }
        int ranks = (1 << last + 1) - 1;
        for (int i = to - 1; i >= from; i--) {
            int matched = steps[i] & ranks;
            for (int left = matched; left != 0; left &= left - 1) {
                int r = Integer.numberOfTrailingZeros(left);
                ends[r][i] = r == last ? i : least(r + 1, at[i]);
            }
            interrupt(i, last, matched);
            for (int left = matched & ~1; left != 0; left &= left - 1) {
                int r = Integer.numberOfTrailingZeros(left);
                if (ends[r][i] != NEVER) {
                    arrive(r, i);
                }
            }
        }
    }

    /** Takes out what event i, lying between two steps, makes impossible. */
    private void interrupt(int i, int last, int matched) {
        if (voiding) {
            for (int x = 0; x < exclusions.length; x++) {
                if ((bits[i] & exclusions[x].mask()) != 0) {
                    for (int r = exclusionFrom[x] + 1; r <= Math.min(exclusionTo[x], last); r++) {
                        empty(r);
                        if (r < exclusionTo[x] && (matched >>> r & 1) != 0) {
                            ends[r][i] = NEVER;
                        }
                    }
                }
            }
        }
        if (strict && (trackedMask == 0 || (bits[i] & trackedMask) != 0)) {
            for (int r = 1; r <= last; r++) {
                if ((bits[i] & tolerated[r - 1]) == 0) {
                    empty(r);
                }
            }
        }
    }

    private void empty(int rank) {
        nearest[rank] = NEVER;
        if (limited[rank]) {
            waitingHead[rank] = 0;
            waitingTail[rank] = 0;
            ripeHead[rank] = 0;
            ripeTail[rank] = 0;
        }
    }

    private void arrive(int rank, int i) {
        if (limited[rank]) {
            waiting[rank][waitingTail[rank]++] = i;
        } else {
            nearest[rank] = Math.min(nearest[rank], ends[rank][i]);
        }
    }

    /** The least end among the events of this rank that may follow an event at {@code time}. */
    private int least(int rank, long time) {
        if (!limited[rank]) {
            return nearest[rank];
        }
        int[] queue = ripe[rank];
        int[] arrivals = waiting[rank];
        int[] end = ends[rank];
        int head = waitingHead[rank];
        int tail = ripeTail[rank];
        int front = ripeHead[rank];
        while (head < waitingTail[rank] && at[arrivals[head]] - time >= minGap[rank]) {
            int i = arrivals[head++];
            while (tail > front && end[queue[tail - 1]] >= end[i]) {
                tail--;
            }
            queue[tail++] = i;
        }
        while (front < tail && at[queue[front]] - time > maxGap[rank]) {
            front++;
        }
        waitingHead[rank] = head;
        ripeTail[rank] = tail;
        ripeHead[rank] = front;
        return front < tail ? end[queue[front]] : NEVER;
    }
}
