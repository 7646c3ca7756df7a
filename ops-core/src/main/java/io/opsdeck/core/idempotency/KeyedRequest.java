package io.opsdeck.core.idempotency;

/**
 * A request with a key.
 *
 * @param route method and pattern of the address; the same key means another request on another route
 * @param fingerprint SHA-256 of all that the request says
 */
public record KeyedRequest(IdempotencyKey key, String route, byte[] fingerprint) {}
