package io.opsdeck.analytics.dataimport;

import io.opsdeck.core.error.ErrorCode;
import io.opsdeck.core.error.ErrorKind;

/** What can go wrong with a file or a mapping as a whole. What is wrong with a row is an {@link RowFault}. */
public enum ImportError implements ErrorCode {
    IMPORT_NOT_FOUND(ErrorKind.NOT_FOUND),
    IMPORT_RUNNING(ErrorKind.CONFLICT),
    IMPORT_DONE(ErrorKind.CONFLICT),
    FILE_NOT_READABLE(ErrorKind.INVALID),
    FILE_WITHOUT_ROWS(ErrorKind.INVALID),
    WORKBOOK_LOCKED(ErrorKind.INVALID),
    WORKBOOK_SUSPICIOUS(ErrorKind.INVALID),
    SHEET_UNKNOWN(ErrorKind.INVALID),
    TOO_MUCH_TEXT(ErrorKind.INVALID),
    FILE_INFLATES_TOO_FAR(ErrorKind.INVALID),
    TOO_MANY_ROWS(ErrorKind.INVALID),
    TOO_MANY_COLUMNS(ErrorKind.INVALID),
    MAPPING_NOT_READABLE(ErrorKind.INVALID),
    COLUMN_UNKNOWN(ErrorKind.INVALID),
    FIELD_UNKNOWN(ErrorKind.INVALID),
    FIELD_TWICE(ErrorKind.INVALID),
    FIELD_NEEDS_GROUP(ErrorKind.INVALID),
    MAPPING_WITHOUT_PERSON(ErrorKind.INVALID),
    MAPPING_WITHOUT_EVENT(ErrorKind.INVALID),
    IMPORT_LINK_NOT_FOUND(ErrorKind.NOT_FOUND),
    IMPORT_LINK_BUSY(ErrorKind.CONFLICT),
    TOO_MANY_IMPORT_LINKS(ErrorKind.CONFLICT),
    FETCH_ANSWERED(ErrorKind.INVALID),
    FETCH_REDIRECTED(ErrorKind.INVALID),
    FETCH_TLS_FAILED(ErrorKind.INVALID),
    FETCH_NOT_CONNECTED(ErrorKind.INVALID),
    FETCH_BROKEN(ErrorKind.INVALID),
    INVALID_TIME_FORMAT(ErrorKind.INVALID);

    private final ErrorKind kind;

    ImportError(ErrorKind kind) {
        this.kind = kind;
    }

    @Override
    public ErrorKind kind() {
        return kind;
    }
}
