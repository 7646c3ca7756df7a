package io.opsdeck.web.api;

import io.opsdeck.core.error.ErrorCode;
import io.opsdeck.core.error.ErrorKind;

/** What can be wrong with a request whatever it is about. */
enum ApiError implements ErrorCode {
    BODY_TOO_LARGE(ErrorKind.TOO_LARGE);

    private final ErrorKind kind;

    ApiError(ErrorKind kind) {
        this.kind = kind;
    }

    @Override
    public ErrorKind kind() {
        return kind;
    }
}
