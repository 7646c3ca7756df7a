package io.opsdeck.core.job;

/** Where a job stands. */
public enum JobState {
    /** Due, or due again after a failed attempt. */
    WAITING,
    RUNNING,
    SUCCEEDED,
    /** Ended by a refusal or after the last attempt; a member may retry or discard it. */
    FAILED,
    CANCELLED,
    /** Failed, and a member decided that it stays so. */
    DISCARDED;

    public boolean isOpen() {
        return this == WAITING || this == RUNNING;
    }
}
