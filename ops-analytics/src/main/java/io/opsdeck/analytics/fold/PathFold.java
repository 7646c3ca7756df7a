package io.opsdeck.analytics.fold;

import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * One person's paths ({@link PathPlan} says what a path is). One pass; the nodes of all paths lie behind each other in
 * arrays that only grow, 17 bytes per node.
 */
public final class PathFold implements PersonFold {

    /** The code of all nodes that are not drawn by themselves. */
    public static final int OTHER = -1;

    private final PathPlan plan;
    private final @Nullable PathKeep keep;
    private int person;
    private int size;
    private int[] step = new int[16];
    private int[] code = new int[16];
    private long[] at = new long[16];
    private boolean[] linked = new boolean[16];

    public PathFold(PathPlan plan) {
        this(plan, null);
    }

    /** Merges what {@code keep} does not name. */
    public PathFold(PathPlan plan, @Nullable PathKeep keep) {
        this.plan = plan;
        this.keep = keep;
    }

    /** Ordinal of the person read last. */
    public int person() {
        return person;
    }

    /** Number of nodes of all paths. */
    int size() {
        return size;
    }

    int step(int i) {
        return step[i];
    }

    int code(int i) {
        return code[i];
    }

    long at(int i) {
        return at[i];
    }

    /** Whether node i follows node i − 1 on its path. */
    boolean isLinked(int i) {
        return linked[i];
    }

    /** Whether a path of the person has this node at this step. */
    public boolean passes(int atStep, int node) {
        return passes(atStep, each -> each == node);
    }

    /** Whether a path of the person has one of these nodes at this step. */
    public boolean passes(int atStep, IntPredicate node) {
        for (int i = 0; i < size; i++) {
            if (step[i] == atStep && node.test(code[i])) {
                return true;
            }
        }
        return false;
    }

    /** Whether a path of the person goes from one node, at this step, to the other. */
    public boolean goes(int atStep, int from, int to) {
        return goes(atStep, each -> each == from, each -> each == to);
    }

    /** Whether a path of the person goes from one of some nodes, at this step, to one of others. */
    public boolean goes(int atStep, IntPredicate from, IntPredicate to) {
        for (int i = 1; i < size; i++) {
            if (linked[i] && step[i - 1] == atStep && from.test(code[i - 1]) && to.test(code[i])) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void fold(PersonSlice slice) {
        person = slice.person;
        size = 0;
        reserve(slice.size);
        if (plan.startMask() == 0 && plan.endMask() == 0) {
            wholeSessions(slice);
            return;
        }
        long[] times = slice.at;
        int[] bits = slice.bits;
        int end = slice.size;
        int mask = plan.mask();
        int i = 0;
        while (i < end && times[i] < plan.from()) {
            i++;
        }
        while (i < end && times[i] < plan.to()) {
            if ((bits[i] & mask) == 0) {
                i++;
                continue;
            }
            int first = i;
            long last = times[i];
            int next = i + 1;
            while (next < end && times[next] < plan.to()) {
                if ((bits[next] & mask) != 0) {
                    if (times[next] - last >= plan.gap()) {
                        break;
                    }
                    last = times[next];
                }
                next++;
            }
            session(slice, first, next);
            i = next;
        }
    }

    /** Without start and end each session's first nodes are taken as they come. */
    private void wholeSessions(PersonSlice slice) {
        long gap = plan.gap();
        int depth = plan.depth();
        int mask = plan.mask();
        long last = Long.MIN_VALUE / 2;
        int taken = 0;
        int previous = 0;
        for (int i = 0; i < slice.size; i++) {
            long time = slice.at[i];
            if ((slice.bits[i] & mask) == 0 || time < plan.from() || time >= plan.to()) {
                continue;
            }
            taken = time - last >= gap ? 0 : taken;
            last = time;
            int node = slice.value[i];
            if (taken == depth || taken > 0 && node == previous) {
                continue;
            }
            previous = node;
            add(node, time);
            taken++;
            number(size - 1, taken, taken > 1);
        }
    }

    private void session(PersonSlice slice, int from, int to) {
        int first = from;
        if (plan.startMask() != 0) {
            first = find(slice.bits, plan.startMask(), from, to);
        }
        int last = to - 1;
        if (plan.endMask() != 0) {
            last = find(slice.bits, plan.endMask(), plan.startMask() != 0 ? first + 1 : first, to);
        }
        if (first >= to || last >= to) {
            return;
        }
        boolean backward = plan.endMask() != 0 && plan.startMask() == 0;
        int begin = size;
        int previous = -1;
        for (int i = first; i <= last; i++) {
            if ((slice.bits[i] & plan.mask()) == 0 || size > begin && slice.value[i] == previous) {
                continue;
            }
            if (!backward && size - begin == plan.depth()) {
                break;
            }
            previous = slice.value[i];
            add(previous, slice.at[i]);
        }
        if (backward && size - begin > plan.depth()) {
            int surplus = size - begin - plan.depth();
            System.arraycopy(code, begin + surplus, code, begin, plan.depth());
            System.arraycopy(at, begin + surplus, at, begin, plan.depth());
            size -= surplus;
        }
        int firstStep = backward ? plan.depth() - (size - begin) + 1 : 1;
        for (int i = begin; i < size; i++) {
            number(i, firstStep + i - begin, i > begin);
        }
    }

    private void number(int node, int toStep, boolean follows) {
        step[node] = toStep;
        linked[node] = follows;
        if (keep != null && !keep.keeps(toStep, code[node])) {
            code[node] = OTHER;
        }
    }

    private int find(int[] bits, int wanted, int from, int to) {
        int i = from;
        while (i < to && ((bits[i] & wanted) == 0 || (bits[i] & plan.mask()) == 0)) {
            i++;
        }
        return i;
    }

    private void reserve(int nodes) {
        if (nodes > code.length) {
            int length = Math.max(nodes, code.length * 2);
            step = new int[length];
            code = new int[length];
            at = new long[length];
            linked = new boolean[length];
        }
    }

    private void add(int node, long time) {
        code[size] = node;
        at[size++] = time;
    }
}
