package io.opsdeck.web.limit;

/**
 * Where somebody stands with a policy after a call.
 *
 * @param allowed whether the call is within the limit
 * @param limit calls per minute
 * @param remaining calls that are left now
 * @param resetSeconds until all of them are there again
 * @param retrySeconds until the next one is; 0 where it is there now
 */
public record LimitState(
        LimitPolicy policy, boolean allowed, long limit, long remaining, long resetSeconds, long retrySeconds) {}
