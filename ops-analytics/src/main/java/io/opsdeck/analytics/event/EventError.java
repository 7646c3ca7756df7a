package io.opsdeck.analytics.event;

import io.opsdeck.core.error.ErrorCode;
import io.opsdeck.core.error.ErrorKind;

/**
 * What can go wrong with a tracking call as a whole, and with sources, quarantine and dictionary. What is wrong with a
 * single event is an {@link EventFault}.
 */
public enum EventError implements ErrorCode {
    WRITE_KEY_UNKNOWN(ErrorKind.UNAUTHENTICATED),
    INVALID_ENCODING(ErrorKind.MALFORMED),
    DOCUMENT_UNREADABLE(ErrorKind.MALFORMED),
    DOCUMENT_TOO_LARGE(ErrorKind.MALFORMED),
    TOO_MANY_EVENTS(ErrorKind.MALFORMED),
    /** The queue or the memory for bodies is full; the same events may be sent again a little later. */
    INTAKE_BUSY(ErrorKind.TOO_MANY),
    /** Nothing was acknowledged; the same events may be sent again a little later. */
    INTAKE_UNAVAILABLE(ErrorKind.UNAVAILABLE),
    SOURCE_NOT_FOUND(ErrorKind.NOT_FOUND),
    SOURCE_DISABLED(ErrorKind.CONFLICT),
    INVALID_SOURCE_NAME(ErrorKind.INVALID),
    QUARANTINED_EVENT_NOT_FOUND(ErrorKind.NOT_FOUND),
    EVENT_DEFINITION_NOT_FOUND(ErrorKind.NOT_FOUND),
    PERSON_NOT_FOUND(ErrorKind.NOT_FOUND),
    INVALID_CURSOR(ErrorKind.INVALID);

    private final ErrorKind kind;

    EventError(ErrorKind kind) {
        this.kind = kind;
    }

    @Override
    public ErrorKind kind() {
        return kind;
    }
}
