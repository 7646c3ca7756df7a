package io.opsdeck.core.webhook;

/**
 * An endpoint was switched off because nothing arrives there any more; published in the transaction of it.
 *
 * @param host of its address, which may hold a secret behind it
 * @param reason {@code gone} or {@code failing}
 */
public record EndpointDisabled(EndpointId endpoint, String host, String reason) {}
