package io.opsdeck.core.export;

import io.opsdeck.core.error.ErrorCode;
import io.opsdeck.core.error.ErrorKind;

/** What can go wrong with exports. */
public enum ExportError implements ErrorCode {
    /** Also when it is somebody else's. */
    EXPORT_NOT_FOUND(ErrorKind.NOT_FOUND),
    EXPORT_NOT_READY(ErrorKind.CONFLICT),
    EXPORT_EXPIRED(ErrorKind.NOT_FOUND),
    EXPORT_LIST_UNKNOWN(ErrorKind.INVALID),
    EXPORT_COLUMN_UNKNOWN(ErrorKind.INVALID),
    TOO_MANY_EXPORTS(ErrorKind.CONFLICT),
    /** Who asked for it does not belong to the workspace any more. */
    EXPORT_MEMBER_GONE(ErrorKind.FORBIDDEN);

    private final ErrorKind kind;

    ExportError(ErrorKind kind) {
        this.kind = kind;
    }

    @Override
    public ErrorKind kind() {
        return kind;
    }
}
