package io.opsdeck.core.job;

import io.opsdeck.core.error.ErrorCode;
import io.opsdeck.core.error.ErrorKind;

/** What can go wrong with jobs. */
public enum JobError implements ErrorCode {
    JOB_NOT_FOUND(ErrorKind.NOT_FOUND),
    JOB_ENDED(ErrorKind.CONFLICT),
    JOB_NOT_FAILED(ErrorKind.CONFLICT),
    SCHEDULE_NOT_FOUND(ErrorKind.NOT_FOUND),
    /** An unexpected exception, in each of the attempts. */
    JOB_BROKEN(ErrorKind.UNAVAILABLE),
    /** The process ended at the same place in each of the attempts. */
    JOB_CRASHED(ErrorKind.UNAVAILABLE);

    private final ErrorKind kind;

    JobError(ErrorKind kind) {
        this.kind = kind;
    }

    @Override
    public ErrorKind kind() {
        return kind;
    }
}
