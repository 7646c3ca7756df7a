package io.opsdeck.analytics.event;

/** A place in a log: everything up to and including the row {@code seq} of transaction {@code tx} has been read. */
public record LogPosition(long tx, long seq) {

    /** Before the first row. */
    public static final LogPosition START = new LogPosition(0, 0);

    /** Behind the last row that transactions before {@code tx} can have. */
    public static LogPosition before(long tx) {
        return new LogPosition(tx - 1, Long.MAX_VALUE);
    }
}
