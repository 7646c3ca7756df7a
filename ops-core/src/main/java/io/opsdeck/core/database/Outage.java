package io.opsdeck.core.database;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.transaction.CannotCreateTransactionException;

/** Tells a failure that passes when the database is back from one that stays. */
public final class Outage {

    private Outage() {}

    /** Whether the database was out of reach, did not answer or had no room, however deep that is in the causes. */
    public static boolean isCauseOf(Throwable failure) {
        int depth = 0;
        for (@Nullable Throwable each = failure; each != null && depth < 30; each = each.getCause()) {
            if (isOutage(each)) {
                return true;
            }
            depth++;
        }
        return false;
    }

    private static boolean isOutage(Throwable failure) {
        return failure instanceof CannotCreateTransactionException
                || failure instanceof DataAccessResourceFailureException
                || failure instanceof SQLTransientConnectionException
                || failure instanceof SQLNonTransientConnectionException
                || failure instanceof SQLRecoverableException
                || (failure instanceof SQLException sql && isOutage(sql.getSQLState()));
    }

    /**
     * Classes of SQL states: 08 connection, 53 resources, 57P shutdown. The server gives each of its errors a state;
     * one without comes from the pool, about a connection that it has closed.
     */
    private static boolean isOutage(@Nullable String state) {
        return state == null || state.startsWith("08") || state.startsWith("53") || state.startsWith("57P");
    }
}
