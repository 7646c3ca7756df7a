package io.opsdeck.analytics.board;

import io.opsdeck.core.error.ErrorCode;
import io.opsdeck.core.error.ErrorKind;

/** What can go wrong with what is kept. */
public enum BoardError implements ErrorCode {
    INSIGHT_NOT_FOUND(ErrorKind.NOT_FOUND),
    SHARE_NOT_FOUND(ErrorKind.NOT_FOUND),
    ANNOTATION_NOT_FOUND(ErrorKind.NOT_FOUND),
    /** One argument: how many there may be. */
    TOO_MANY_TILES(ErrorKind.CONFLICT);

    private final ErrorKind kind;

    BoardError(ErrorKind kind) {
        this.kind = kind;
    }

    @Override
    public ErrorKind kind() {
        return kind;
    }
}
