package io.opsdeck.analytics.fold;

/**
 * A query whose answer does not depend on the order of a person's events, seen from the rows of many persons at once: no
 * step from person to person, so that nothing has to be guessed. Says the same as the {@link PersonFold} of the same plan,
 * which answers for the people behind a number. Belongs to one thread.
 *
 * @param <T> what is summed
 */
public interface RowFold<T> {

    /** As many persons are read together. */
    int PERSONS = 1 << 9;

    /**
     * Reads events. Those of one person come in several calls, in any order.
     *
     * @param persons whose event it is, from 0 to {@link #PERSONS}
     * @param events of all these persons, as many as the slice is large
     */
    void rows(int[] persons, PersonSlice events, T tally);

    /**
     * The events of these persons have all been read; the next ones are those of others.
     *
     * @param first the ordinal of the first of them
     * @return how many of the persons had events
     */
    int end(int first, T tally);
}
