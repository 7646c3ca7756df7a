package io.opsdeck.core.job;

/** Where a job stands. */
public enum JobState {
    /** Due, or due again after a failed attempt. */
    WAITING,
    RUNNING,
    SUCCEEDED,
    /** Ended by a refusal or after the last attempt; a member may retry it. */
    FAILED,
    CANCELLED;

    public boolean isOpen() {
        return this == WAITING || this == RUNNING;
    }
}
