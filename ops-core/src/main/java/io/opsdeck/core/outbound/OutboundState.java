package io.opsdeck.core.outbound;

/** Where a delivery stands. */
public enum OutboundState {
    /** Due at its time, never tried. */
    PLANNED,
    /** A worker has it; nothing has left yet. */
    CLAIMED,
    /** An attempt is under way; something may have left. */
    ATTEMPTING,
    /** Due again later: held back by the gate, or tried without success. */
    DEFERRED,
    SENT,
    FAILED,
    /** The gate decided against it. */
    SKIPPED,
    /** Begun and not known how it ended; a member decides. */
    UNCERTAIN,
    CANCELLED;

    /** Whether nothing more happens by itself. */
    public boolean isEnd() {
        return switch (this) {
            case SENT, FAILED, SKIPPED, UNCERTAIN, CANCELLED -> true;
            case PLANNED, CLAIMED, ATTEMPTING, DEFERRED -> false;
        };
    }
}
