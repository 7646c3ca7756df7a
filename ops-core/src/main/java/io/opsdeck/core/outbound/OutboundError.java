package io.opsdeck.core.outbound;

import io.opsdeck.core.error.ErrorCode;
import io.opsdeck.core.error.ErrorKind;

/** What can go wrong with deliveries. */
public enum OutboundError implements ErrorCode {
    DELIVERY_NOT_FOUND(ErrorKind.NOT_FOUND),
    /** It is being sent at this moment, or has ended. */
    DELIVERY_NOT_WAITING(ErrorKind.CONFLICT),
    /** Only what has ended can be sent once more; an uncertain one is resolved. */
    DELIVERY_NOT_ENDED(ErrorKind.CONFLICT),
    DELIVERY_NOT_UNCERTAIN(ErrorKind.CONFLICT),
    FREEZE_NOT_FOUND(ErrorKind.NOT_FOUND);

    private final ErrorKind kind;

    OutboundError(ErrorKind kind) {
        this.kind = kind;
    }

    @Override
    public ErrorKind kind() {
        return kind;
    }
}
