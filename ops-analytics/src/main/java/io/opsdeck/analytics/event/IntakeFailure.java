package io.opsdeck.analytics.event;

import io.opsdeck.core.error.OpsdeckException;
import java.sql.SQLException;

/** Tells a database that is gone from an event that it refuses. */
final class IntakeFailure {

    private static final String FOREIGN_KEY = "23503";

    private IntakeFailure() {}

    /** Classes 22 (data), 23 (constraint) and 54 (limits) are about the rows; everything else about the server. */
    static boolean isOfTheData(SQLException e) {
        String state = e.getSQLState();
        return state != null && (state.startsWith("22") || state.startsWith("23") || state.startsWith("54"));
    }

    /** Deadlocks and a workspace that was just deleted: the same transaction may pass when tried again. */
    static boolean isPassing(SQLException e) {
        String state = e.getSQLState();
        return state != null && (state.startsWith("40") || state.equals(FOREIGN_KEY));
    }

    static OpsdeckException unavailable(Throwable cause) {
        return EventError.INTAKE_UNAVAILABLE.exception(cause);
    }
}
