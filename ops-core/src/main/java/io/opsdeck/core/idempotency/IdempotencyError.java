package io.opsdeck.core.idempotency;

import io.opsdeck.core.error.ErrorCode;
import io.opsdeck.core.error.ErrorKind;

/** What can be wrong with the key of a request. */
public enum IdempotencyError implements ErrorCode {
    IDEMPOTENCY_KEY_INVALID(ErrorKind.MALFORMED),
    IDEMPOTENCY_KEY_REQUIRED(ErrorKind.MALFORMED),
    /** It belongs to a request that said something else. */
    IDEMPOTENCY_KEY_REUSED(ErrorKind.INVALID),
    /** The first request with it has not been answered yet. */
    IDEMPOTENCY_KEY_IN_USE(ErrorKind.CONFLICT);

    private final ErrorKind kind;

    IdempotencyError(ErrorKind kind) {
        this.kind = kind;
    }

    @Override
    public ErrorKind kind() {
        return kind;
    }

    @Override
    public int retryAfterSeconds() {
        return this == IDEMPOTENCY_KEY_IN_USE ? 1 : 0;
    }
}
