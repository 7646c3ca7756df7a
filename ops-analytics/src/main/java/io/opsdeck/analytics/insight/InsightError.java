package io.opsdeck.analytics.insight;

import io.opsdeck.core.error.ErrorCode;
import io.opsdeck.core.error.ErrorKind;

/** What can be wrong with a question, or with answering it now. */
public enum InsightError implements ErrorCode {
    QUERY_NOT_READABLE(ErrorKind.MALFORMED),
    QUERY_FIELD_REQUIRED(ErrorKind.INVALID),
    QUERY_VALUE_INVALID(ErrorKind.INVALID),
    QUERY_FIELD_UNKNOWN(ErrorKind.INVALID),
    QUERY_TOO_MANY(ErrorKind.INVALID),
    /** One argument: the interval that would fit. */
    QUERY_TOO_MANY_POINTS(ErrorKind.INVALID),
    QUERY_RANGE_EMPTY(ErrorKind.INVALID),
    FORMULA_INVALID(ErrorKind.INVALID),
    /** One argument: how much is done, in percent. The columns are being read from the log; the same question may be asked again in some seconds. */
    INSIGHTS_CATCHING_UP(ErrorKind.UNAVAILABLE),
    /** Others ask too much at once; the same question may be asked again in some seconds. */
    INSIGHTS_BUSY(ErrorKind.TOO_MANY),
    /** One argument: the limit in seconds. */
    INSIGHT_TOO_SLOW(ErrorKind.INVALID),
    /** One argument: the limit in megabytes. */
    INSIGHT_TOO_LARGE(ErrorKind.INVALID);

    private final ErrorKind kind;

    InsightError(ErrorKind kind) {
        this.kind = kind;
    }

    @Override
    public ErrorKind kind() {
        return kind;
    }
}
