package io.opsdeck.analytics.fold;

/** Persons by the number of intervals in which they are active. */
public final class StickinessTally implements FoldTally<StickinessFold, StickinessTally> {

    private final long[] counts;

    public StickinessTally(StickinessPlan plan) {
        counts = new long[plan.intervals().size() + 1];
    }

    @Override
    public void add(StickinessFold fold) {
        counts[fold.active()]++;
    }

    @Override
    public void merge(StickinessTally other) {
        for (int i = 0; i < counts.length; i++) {
            counts[i] += other.counts[i];
        }
    }

    /** Persons active in exactly so many intervals, 1 to the number of intervals. */
    public long exactly(int intervals) {
        return counts[intervals];
    }

    /** Persons active in so many intervals or more. */
    public long atLeast(int intervals) {
        long sum = 0;
        for (int i = intervals; i < counts.length; i++) {
            sum += counts[i];
        }
        return sum;
    }
}
