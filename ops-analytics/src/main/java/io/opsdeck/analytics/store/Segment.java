package io.opsdeck.analytics.store;

/** Rows of a snapshot in person order: one month, or all that came since the months were written. */
public interface Segment {

    /** The first instant that a row may have, in milliseconds since the epoch. */
    long from();

    /** The instant that no row reaches. */
    long to();

    /** All who were merged away up to this merge, and with it, have their rows under the person that they are now. */
    int merged();

    /** The persons from {@code number * Block.PERSONS} on. */
    Block block(int number);

    /** A property of the rows of that block. */
    Codes codes(int number, Property property);

    /** The place of each row in the log, as far as it decides between events of equal time. */
    long[] sequences(int number);

    /** Reads a property that has no column from the JSON of the rows, for the query that it belongs to. */
    void decode(Property property, DecodeGuard guard);
}
