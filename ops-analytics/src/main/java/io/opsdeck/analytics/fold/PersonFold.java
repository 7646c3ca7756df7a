package io.opsdeck.analytics.fold;

/**
 * A query seen from one person: reads a slice and keeps what it says of that person until the next one. It belongs to
 * one thread, allocates nothing in the steady state, and answers both for the sum (a {@link FoldTally} adds it) and for
 * the people behind the sum (its own questions, asked after {@link #fold}).
 */
public interface PersonFold {

    void fold(PersonSlice slice);
}
