package io.opsdeck.analytics.store;

/** Is told while a property without a column is read from the events of a query, and may stop that by an exception. */
public interface DecodeGuard {

    /** @param bytes what the query holds more than at the call before, roughly */
    void decoded(long bytes);
}
