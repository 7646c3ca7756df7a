package io.opsdeck.analytics.fold;

/**
 * What is summed over persons. Each person is added to one tally only; tallies of different person ranges are merged
 * into one, in any order.
 *
 * @param <F> the fold whose outcome is added
 * @param <T> the tally itself
 */
public interface FoldTally<F extends PersonFold, T extends FoldTally<F, T>> {

    /** Adds what the fold says of the person it read last. */
    void add(F fold);

    /** What it takes of the heap now, roughly; a tally that grows with the events has to say so. */
    default long bytes() {
        return 0;
    }

    /** Takes over what {@code other}, of the same plan, has counted. */
    void merge(T other);
}
