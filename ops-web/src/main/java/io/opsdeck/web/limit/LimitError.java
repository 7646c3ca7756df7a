package io.opsdeck.web.limit;

import io.opsdeck.core.error.ErrorCode;
import io.opsdeck.core.error.ErrorKind;

/** A limit was met. */
public enum LimitError implements ErrorCode {
    RATE_LIMITED(ErrorKind.TOO_MANY);

    private final ErrorKind kind;

    LimitError(ErrorKind kind) {
        this.kind = kind;
    }

    @Override
    public ErrorKind kind() {
        return kind;
    }

    /** The headers of the answer know it exactly. */
    @Override
    public int retryAfterSeconds() {
        return 0;
    }
}
