package io.opsdeck.core.job;

/** What became of a time at which a schedule was due. */
public enum TickOutcome {
    STARTED,
    /** The installation was down at that time, and a later one of the schedule has come since. */
    MISSED,
    /** The installation was down at that time and came up too late for it. */
    TOO_LATE,
    /** A member started it by hand. */
    BY_HAND
}
