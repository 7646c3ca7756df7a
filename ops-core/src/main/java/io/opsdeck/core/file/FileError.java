package io.opsdeck.core.file;

import io.opsdeck.core.error.ErrorCode;
import io.opsdeck.core.error.ErrorKind;

/** What can go wrong with stored files. */
public enum FileError implements ErrorCode {
    FILE_NOT_FOUND(ErrorKind.NOT_FOUND),
    FILE_TOO_LARGE(ErrorKind.INVALID),
    FILE_EMPTY(ErrorKind.INVALID);

    private final ErrorKind kind;

    FileError(ErrorKind kind) {
        this.kind = kind;
    }

    @Override
    public ErrorKind kind() {
        return kind;
    }
}
