package io.opsdeck.core.job;

/** How an attempt at a job ended. */
public enum JobOutcome {
    SUCCEEDED,
    /** By a refusal, or for the last time. */
    FAILED,
    CANCELLED,
    /** Failed, and due again after a pause. */
    RETRIED,
    /** Given back because the process ends, or because nobody here can do it. */
    RELEASED,
    /** Taken over by somebody else, as the process ended or was held up. */
    LOST
}
