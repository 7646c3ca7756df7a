package io.opsdeck.web.api;

import io.opsdeck.core.error.ErrorCode;
import io.opsdeck.core.error.ErrorKind;

/** What can be wrong with a request whatever it is about. */
enum ApiError implements ErrorCode {
    MALFORMED_BODY(ErrorKind.MALFORMED),
    BODY_TOO_LARGE(ErrorKind.TOO_LARGE),
    UNKNOWN_FIELD(ErrorKind.INVALID),
    /** The cursor belongs to a list with other filters, or is none. */
    CURSOR_MISMATCH(ErrorKind.MALFORMED),
    CHANGED_MEANWHILE(ErrorKind.PRECONDITION_FAILED);

    private final ErrorKind kind;

    ApiError(ErrorKind kind) {
        this.kind = kind;
    }

    @Override
    public ErrorKind kind() {
        return kind;
    }
}
