package io.opsdeck.analytics.fold;

import java.util.Arrays;

/**
 * Finds how many different steps a person does within one window, in any order and with an event of its own for each.
 * For a window that ends at an event only the last n events of each of the n steps can matter, so they are kept in a ring
 * per step and matched to the steps by augmenting paths. Where no event matches two steps, which is nearly always,
 * counting the steps seen within the window is enough. Events × steps in that case, else events × steps³ at worst.
 */
final class AnyOrderSearch {

    private final FunnelPlan plan;
    private final int required;
    private final int[] recent;
    private final int[] seen;
    private final int[] matched;
    private int visited;

    private long[] at = new long[0];
    private int[] steps = new int[0];
    private boolean overlapping;
    private int most;

    /** Steps done by the best chain, and the events with which their number grew. */
    int reached;

    final int[] chain;

    /** First index of the window of the best chain. */
    int entry;

    AnyOrderSearch(FunnelPlan plan) {
        this.plan = plan;
        required = plan.requiredSteps();
        recent = new int[required * required];
        seen = new int[required];
        matched = new int[required];
        chain = new int[required];
    }

    void open(long[] times, int[] ranks, int first, int end) {
        at = times;
        steps = ranks;
        overlapping = false;
        int present = 0;
        for (int i = first; i < end; i++) {
            overlapping |= (ranks[i] & ranks[i] - 1) != 0;
            present |= ranks[i];
        }
        most = Integer.bitCount(present);
    }

    /** Finds the best chain whose events lie in {@code [first, end)}: the most steps, then the earliest entry. */
    void best(int first, int end) {
        reached = 0;
        Arrays.fill(seen, 0);
        int low = first;
        for (int i = first; i < end && reached < most; i++) {
            if (steps[i] == 0) {
                continue;
            }
            remember(i);
            long earliest = Math.max(plan.from(), at[i] - plan.window());
            while (low < i && (steps[low] == 0 || at[low] < earliest)) {
                low++;
            }
            if (at[low] < earliest || at[low] >= plan.to()) {
                continue;
            }
            if (count(low, reached) > reached) {
                reached++;
                entry = low;
                chain[reached - 1] = i;
            }
        }
        if (reached > 1) {
            retrace(chain[reached - 1]);
        }
    }

    /** The chain of the one window that opens at this entry. */
    void attempt(int first, int end) {
        reached = 0;
        entry = first;
        Arrays.fill(seen, 0);
        for (int i = first; i < end && at[i] - at[first] <= plan.window() && reached < most; i++) {
            grow(i);
        }
    }

    boolean isEntry(int i) {
        return steps[i] != 0 && at[i] >= plan.from() && at[i] < plan.to();
    }

    private void retrace(int last) {
        int goal = reached;
        reached = 0;
        Arrays.fill(seen, 0);
        for (int i = entry; i <= last && reached < goal; i++) {
            grow(i);
        }
    }

    private void grow(int i) {
        if (steps[i] == 0) {
            return;
        }
        remember(i);
        if (count(entry, reached) > reached) {
            chain[reached++] = i;
        }
    }

    private void remember(int i) {
        for (int left = steps[i]; left != 0; left &= left - 1) {
            int step = Integer.numberOfTrailingZeros(left);
            recent[step * required + seen[step]++ % required] = i;
        }
    }

    /** How many steps can be filled by events from {@code low} on; stops where that is seen not to exceed {@code atLeast}. */
    private int count(int low, int atLeast) {
        int covered = 0;
        for (int step = 0; step < required; step++) {
            boolean inside = seen[step] > 0 && recent[step * required + (seen[step] - 1) % required] >= low;
            covered += inside ? 1 : 0;
        }
        if (covered <= atLeast || !overlapping) {
            return covered;
        }
        Arrays.fill(matched, -1);
        int count = 0;
        for (int step = 0; step < required; step++) {
            visited = 0;
            count += augment(step, low) ? 1 : 0;
        }
        return count;
    }

    private boolean augment(int step, int low) {
        visited |= 1 << step;
        int candidates = Math.min(seen[step], required);
        for (int c = 0; c < candidates; c++) {
            int event = recent[step * required + c];
            if (event < low) {
                continue;
            }
            int owner = ownerOf(event);
            if (owner < 0 || (visited >>> owner & 1) == 0 && augment(owner, low)) {
                matched[step] = event;
                return true;
            }
        }
        return false;
    }

    private int ownerOf(int event) {
        for (int step = 0; step < required; step++) {
            if (matched[step] == event) {
                return step;
            }
        }
        return -1;
    }
}
