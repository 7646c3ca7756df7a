package io.opsdeck.analytics.event;

import java.util.Locale;

/** Why one event was not stored. Quarantined events are kept raw for 14 days, rejected ones are not kept. */
public enum EventFault {
    EVENT_TOO_LARGE(false),
    EVENT_TOO_DEEP(false),
    NOT_AN_OBJECT(false),
    UNKNOWN_TYPE(true),
    EVENT_NAME_MISSING(true),
    EVENT_NAME_TOO_LONG(true),
    GROUP_ID_MISSING(true),
    NO_IDENTIFIER(true),
    MESSAGE_ID_TOO_LONG(true),
    NAME_TOO_LONG(true),
    NUMBER_TOO_LONG(true),
    STRING_TOO_LONG(true),
    TOO_MANY_KEYS(true),
    INVALID_PROPERTIES(true),
    INVALID_CONTEXT(true),
    INVALID_TIME(true),
    TOO_OLD(true),
    TOO_MANY_EVENT_NAMES(true),
    TOO_MANY_PROPERTY_NAMES(true),
    NOT_STORABLE(true);

    private final boolean kept;

    EventFault(boolean kept) {
        this.kept = kept;
    }

    /** Whether the event goes to quarantine. */
    public boolean kept() {
        return kept;
    }

    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
