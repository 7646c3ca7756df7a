package io.opsdeck.analytics.store;

/** The file of a column store does not answer; it is opened again or built anew at the next call. */
public final class StoreUnreadableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    StoreUnreadableException(Throwable cause) {
        super("a column store cannot be read", cause);
    }
}
