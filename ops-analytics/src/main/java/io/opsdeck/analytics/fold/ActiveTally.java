package io.opsdeck.analytics.fold;

/** Distinct persons per window, over all and per value; 8 bytes per interval and value. */
public final class ActiveTally implements FoldTally<ActiveFold, ActiveTally> {

    /** The code of the group that holds every value outside of those that were asked for. */
    public static final int OTHER = ValueRows.OTHER;

    private final ActivePlan plan;
    private final PersonCounts counts;
    private final long[] daily;

    public ActiveTally(ActivePlan plan) {
        this(plan, new ValueRows());
    }

    /** Counts these values and, as {@link #OTHER}, all the rest, each person once per window. */
    public static ActiveTally ofValues(ActivePlan plan, int... kept) {
        return new ActiveTally(plan, ValueRows.fixed(kept));
    }

    private ActiveTally(ActivePlan plan, ValueRows rows) {
        this.plan = plan;
        counts = new PersonCounts(plan.intervals().size(), rows);
        daily = new long[plan.intervals().size() + plan.window() - 1];
    }

    @Override
    public void add(ActiveFold fold) {
        for (int i = 0; i < fold.days(); i++) {
            daily[fold.day(i)]++;
        }
        for (int r = 0; r < fold.ranges(); r++) {
            for (int interval = fold.first(r); interval <= fold.last(r); interval++) {
                if (r < fold.overallRanges()) {
                    counts.add(interval);
                } else {
                    counts.add(fold.code(r), interval, fold.person());
                }
            }
        }
    }

    @Override
    public long bytes() {
        return counts.bytes();
    }

    @Override
    public void merge(ActiveTally other) {
        counts.merge(other.counts);
        for (int i = 0; i < daily.length; i++) {
            daily[i] += other.daily[i];
        }
    }

    /** Persons active in the window that ends with the interval. */
    public long count(int interval) {
        return counts.count(interval);
    }

    /** The same with this value. */
    public long count(int code, int interval) {
        return counts.count(code, interval);
    }

    /** The values that were seen, in no particular order. */
    public int[] values() {
        return counts.values();
    }

    /** The mean of the persons per interval within the window by the persons of the window, NaN where there are none. */
    public double stickiness(int interval) {
        long sum = 0;
        for (int i = 0; i < plan.window(); i++) {
            sum += daily[interval + i];
        }
        return sum / (double) plan.window() / count(interval);
    }
}
