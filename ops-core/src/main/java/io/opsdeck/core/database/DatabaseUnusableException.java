package io.opsdeck.core.database;

/** The database cannot be used as it is; the message is one sentence for the operator, with the remedy. */
public class DatabaseUnusableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    DatabaseUnusableException(String message) {
        super(message);
    }

    DatabaseUnusableException(String message, Throwable cause) {
        super(message, cause);
    }
}
