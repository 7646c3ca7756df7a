package io.opsdeck.analytics.fold;

import java.util.ArrayList;
import java.util.List;

/**
 * Counts chains per step, over all and per breakdown value, with the times between steps. Steps are numbered from 1; the
 * count of an optional step says how many recorded it. 8 bytes per step and value, 8 per gap.
 */
public final class FunnelTally implements FoldTally<FunnelFold, FunnelTally> {

    /** The code of the group that holds every value outside of those that were asked for. */
    public static final int OTHER = ValueRows.OTHER;

    private final FunnelPlan plan;
    private final int[] before;
    private final boolean[] timed;
    private final Group overall;
    private final ValueRows rows;
    private final List<Group> groups = new ArrayList<>();
    private final Durations conversions = new Durations();
    private final long[] entered;
    private final long[] converted;
    private long times;

    /** The figures of all persons or of one value. */
    public static final class Group {
        private final long[] count;
        private final Durations[] gaps;
        private final int[] before;

        private Group(int[] before) {
            int steps = before.length;
            this.before = before;
            count = new long[steps];
            gaps = new Durations[steps];
            for (int i = 0; i < steps; i++) {
                gaps[i] = new Durations();
            }
        }

        /** How many did the step. */
        public long count(int step) {
            return count[step - 1];
        }

        /** How many did the required step before this one, and not this one. */
        public long dropped(int step) {
            return step == 1 ? 0 : count(before[step - 1]) - count(step);
        }

        /** Times since the required step before; none for optional steps in any order. */
        public Durations gaps(int step) {
            return gaps[step - 1];
        }
    }

    public FunnelTally(FunnelPlan plan) {
        this(plan, new ValueRows());
    }

    /** Counts these values and, as {@link #OTHER}, whoever did a step with any of the rest, each person once. */
    public static FunnelTally ofValues(FunnelPlan plan, int... kept) {
        return new FunnelTally(plan, ValueRows.fixed(kept));
    }

    private FunnelTally(FunnelPlan plan, ValueRows rows) {
        this.plan = plan;
        this.rows = rows;
        int steps = plan.steps().size();
        before = new int[steps];
        timed = new boolean[steps];
        for (int i = 1; i < steps; i++) {
            int rank = plan.rank(i + 1);
            before[i] = plan.required(rank - 1);
            timed[i] =
                    plan.order() != FunnelPlan.Order.ANY || !plan.steps().get(i).optional();
        }
        overall = new Group(before);
        Intervals entries = plan.entries();
        entered = new long[entries == null ? 0 : entries.size()];
        converted = new long[entered.length];
    }

    @Override
    public void add(FunnelFold fold) {
        FunnelChains chains = fold.chains();
        for (int c = 0; c < chains.size(); c++) {
            add(overall, chains, c);
            addTimes(fold, chains, c);
        }
        if (plan.attribution() == FunnelPlan.Attribution.NONE) {
            return;
        }
        FunnelChains byValue = fold.byValue();
        int farthest = -1;
        for (int c = 0; c < byValue.size(); c++) {
            int row = rows.row(byValue.value(c));
            if (plan.count() == FunnelPlan.Count.UNIQUE && rows.isOther(row)) {
                farthest = farthest < 0 || fold.isFarther(c, farthest) ? c : farthest;
            } else {
                add(group(row), byValue, c);
            }
        }
        if (farthest >= 0) {
            add(group(rows.row(OTHER)), byValue, farthest);
        }
    }

    private Group group(int row) {
        while (groups.size() <= row) {
            groups.add(new Group(before));
        }
        return groups.get(row);
    }

    private void add(Group group, FunnelChains chains, int c) {
        for (int done = chains.done(c); done != 0; done &= done - 1) {
            int i = Integer.numberOfTrailingZeros(done);
            group.count[i]++;
            if (timed[i]) {
                group.gaps[i].add(chains.at(c, i + 1) - chains.at(c, before[i]));
                times++;
            }
        }
    }

    private void addTimes(FunnelFold fold, FunnelChains chains, int c) {
        if (plan.convertFrom() < plan.convertTo()
                && chains.did(c, plan.convertFrom())
                && chains.did(c, plan.convertTo())) {
            conversions.add(chains.at(c, plan.convertTo()) - chains.at(c, plan.convertFrom()));
            times++;
        }
        Intervals entries = plan.entries();
        int interval = entries == null ? -1 : entries.indexOf(fold.entry(c));
        if (interval >= 0) {
            entered[interval]++;
            converted[interval] += chains.reached(c) == plan.requiredSteps() ? 1 : 0;
        }
    }

    /** Every time is kept, in arrays that double. */
    @Override
    public long bytes() {
        return 16 * times + 100L * before.length * groups.size();
    }

    @Override
    public void merge(FunnelTally other) {
        merge(overall, other.overall);
        for (int row = 0; row < other.groups.size(); row++) {
            merge(group(rows.row(other.rows.code(row))), other.groups.get(row));
        }
        conversions.addAll(other.conversions);
        for (int i = 0; i < entered.length; i++) {
            entered[i] += other.entered[i];
            converted[i] += other.converted[i];
        }
    }

    private static void merge(Group into, Group from) {
        for (int i = 0; i < into.count.length; i++) {
            into.count[i] += from.count[i];
            into.gaps[i].addAll(from.gaps[i]);
        }
    }

    public Group overall() {
        return overall;
    }

    /** The values that were seen, in no particular order. */
    public int[] values() {
        return rows.codes();
    }

    /** The figures of a value, all zero where it was not seen. */
    public Group of(int code) {
        int row = rows.find(code);
        return row < 0 || row >= groups.size() ? new Group(before) : groups.get(row);
    }

    /** Milliseconds between the two steps the plan names. */
    public Durations conversions() {
        return conversions;
    }

    /** Chains that entered in this interval of the trend. */
    public long entered(int interval) {
        return entered[interval];
    }

    /** Those of them that went through the whole funnel. */
    public long converted(int interval) {
        return converted[interval];
    }
}
