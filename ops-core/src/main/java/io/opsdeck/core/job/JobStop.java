package io.opsdeck.core.job;

/** Leaves a running job from its checkpoint. */
final class JobStop extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Why the job has to stop. */
    enum Reason {
        /** A member asked for it. */
        CANCELLED,
        /** The lease ran out and somebody else may have it. */
        LOST,
        /** This process ends; the job goes on elsewhere or after the restart. */
        SHUTDOWN
    }

    private final Reason reason;

    JobStop(Reason reason) {
        super(reason.name(), null, false, false);
        this.reason = reason;
    }

    Reason reason() {
        return reason;
    }
}
