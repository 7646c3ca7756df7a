package io.opsdeck.analytics.workbench;

import io.opsdeck.core.error.ErrorCode;
import io.opsdeck.core.error.ErrorKind;

/** What can be wrong with a statement, or with running it now. */
public enum WorkbenchError implements ErrorCode {
    /** One argument: what the engine says, in English. */
    SQL_NOT_READABLE(ErrorKind.INVALID),
    SQL_NOT_ONE_SELECT(ErrorKind.INVALID),
    /** One argument: the table. */
    SQL_TABLE_UNKNOWN(ErrorKind.INVALID),
    /** One argument: the function. */
    SQL_FUNCTION_REFUSED(ErrorKind.INVALID),
    /** One argument: the parameter. */
    SQL_PARAMETER_MISSING(ErrorKind.INVALID),
    /** One argument: what the engine says, in English. */
    SQL_FAILED(ErrorKind.INVALID),
    /** One argument: the limit in seconds. */
    SQL_TOO_SLOW(ErrorKind.INVALID),
    /** One argument: the limit, such as 256MB. */
    SQL_TOO_MUCH_MEMORY(ErrorKind.INVALID),
    SQL_BUSY(ErrorKind.TOO_MANY),
    SAVED_QUERY_NOT_FOUND(ErrorKind.NOT_FOUND);

    private final ErrorKind kind;

    WorkbenchError(ErrorKind kind) {
        this.kind = kind;
    }

    @Override
    public ErrorKind kind() {
        return kind;
    }
}
