package io.opsdeck.user.profile;

/** How a list of profiles is sorted, the newest first. */
public enum ProfileOrder {
    LAST_SEEN("a.last_seen_at"),
    FIRST_SEEN("p.first_seen_at");

    private final String column;

    ProfileOrder(String column) {
        this.column = column;
    }

    String column() {
        return column;
    }
}
