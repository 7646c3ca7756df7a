package io.opsdeck.web.limit;

import java.util.Locale;

/** What is counted, and for whom. */
public enum LimitPolicy {
    /** All calls of a token. */
    DEFAULT,
    /** Files that a token fetches, which take long to write. */
    EXPORT,
    /** Calls of an address that name a token which does not exist. */
    UNKNOWN_TOKEN;

    /** As headers and metrics name it. */
    public String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
