package io.opsdeck.analytics.fold;

import io.opsdeck.analytics.fold.LifecyclePlan.State;

/** Persons per state and interval. Active = new + returning + resurrecting; dormant = active before − returning. */
public final class LifecycleTally implements FoldTally<LifecycleFold, LifecycleTally> {

    private final long[] counts;
    private final int intervals;

    public LifecycleTally(LifecyclePlan plan) {
        intervals = plan.intervals().size();
        counts = new long[intervals * State.values().length];
    }

    @Override
    public void add(LifecycleFold fold) {
        for (int i = 0; i < fold.size(); i++) {
            counts[fold.state(i) * intervals + fold.interval(i)]++;
        }
    }

    /** One more person. */
    void person(State state, int interval) {
        counts[state.ordinal() * intervals + interval]++;
    }

    @Override
    public void merge(LifecycleTally other) {
        for (int i = 0; i < counts.length; i++) {
            counts[i] += other.counts[i];
        }
    }

    public long count(State state, int interval) {
        return counts[state.ordinal() * intervals + interval];
    }

    /** (new + resurrecting) / dormant, NaN or infinite where nobody is dormant. */
    public double quickRatio(int interval) {
        return (count(State.NEW, interval) + count(State.RESURRECTING, interval))
                / (double) count(State.DORMANT, interval);
    }

    /** Dormant by active in the interval before, NaN where nobody was. */
    public double churn(int interval) {
        long dormant = count(State.DORMANT, interval);
        return dormant / (double) (dormant + count(State.RETURNING, interval));
    }
}
