package io.opsdeck.core.outbound;

/** Nobody knows whether a delivery of the current workspace arrived; published in a transaction. */
public record DeliveryUncertain(String kind, String lane) {}
