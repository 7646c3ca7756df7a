package io.opsdeck.core.notification;

import io.opsdeck.core.error.ErrorCode;
import io.opsdeck.core.error.ErrorKind;

/** What can go wrong with notifications. */
public enum NotificationError implements ErrorCode {
    NOTIFICATION_NOT_FOUND(ErrorKind.NOT_FOUND),
    /** Nobody was given this link by a mail of ours. */
    MAIL_STOP_UNKNOWN(ErrorKind.NOT_FOUND);

    private final ErrorKind kind;

    NotificationError(ErrorKind kind) {
        this.kind = kind;
    }

    @Override
    public ErrorKind kind() {
        return kind;
    }
}
