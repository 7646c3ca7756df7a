package io.opsdeck.core.system;

import io.opsdeck.core.error.ErrorCode;
import io.opsdeck.core.error.ErrorKind;

/** What the installation refuses. */
public enum SystemError implements ErrorCode {
    /** Passes when there is room again. */
    DISK_FULL(ErrorKind.UNAVAILABLE);

    private final ErrorKind kind;

    SystemError(ErrorKind kind) {
        this.kind = kind;
    }

    @Override
    public ErrorKind kind() {
        return kind;
    }
}
