package io.opsdeck.core.outbound;

/** Sends the deliveries of one kind. */
public interface OutboundChannel {

    /** Such as {@code webhook}; its text is {@code outbound.kind.<kind>}. */
    String kind();

    /**
     * Whether a second attempt does no harm where the first one arrived, because the other side knows it by its key or
     * because nobody minds. Only then an attempt whose end is unknown is repeated by itself.
     */
    boolean isIdempotent();

    /** How many attempts one process makes at once in one lane. */
    default int concurrency() {
        return 8;
    }

    /**
     * Makes one attempt, in the delivery's workspace and outside of a transaction. Ends by
     * itself, within a minute or so. An exception counts as an outcome that nobody knows.
     */
    Outcome attempt(Delivery delivery);

    /** What else changes with the outcome, in the transaction that writes it. */
    default void settled(Delivery delivery, Outcome outcome) {}
}
