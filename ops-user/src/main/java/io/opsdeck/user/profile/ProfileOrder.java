package io.opsdeck.user.profile;

/** How a list of profiles is sorted, the newest first. */
public enum ProfileOrder {
    LAST_SEEN("a", "users.activity a", "last_seen_at", "profile_id"),
    FIRST_SEEN("p", "users.profile p", "first_seen_at", "id");

    private final String alias;
    private final String table;
    private final String column;
    private final String id;

    ProfileOrder(String alias, String table, String column, String id) {
        this.alias = alias;
        this.table = table;
        this.column = alias + "." + column;
        this.id = alias + "." + id;
    }

    String alias() {
        return alias;
    }

    /** The table with the times to sort by, and its alias. */
    String table() {
        return table;
    }

    String column() {
        return column;
    }

    /** The person in that table. */
    String id() {
        return id;
    }

    /** The order whose table has the rest of a row. */
    ProfileOrder other() {
        return this == LAST_SEEN ? FIRST_SEEN : LAST_SEEN;
    }
}
