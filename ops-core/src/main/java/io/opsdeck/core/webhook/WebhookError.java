package io.opsdeck.core.webhook;

import io.opsdeck.core.error.ErrorCode;
import io.opsdeck.core.error.ErrorKind;

/** What can go wrong with webhooks. */
public enum WebhookError implements ErrorCode {
    ENDPOINT_NOT_FOUND(ErrorKind.NOT_FOUND),
    /** The argument is the type. */
    WEBHOOK_TYPE_UNKNOWN(ErrorKind.INVALID);

    private final ErrorKind kind;

    WebhookError(ErrorKind kind) {
        this.kind = kind;
    }

    @Override
    public ErrorKind kind() {
        return kind;
    }
}
