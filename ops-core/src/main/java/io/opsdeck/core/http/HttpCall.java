package io.opsdeck.core.http;

import java.net.URI;
import java.time.Duration;
import java.util.Map;

/**
 * A request that is to leave.
 *
 * @param method such as {@code POST}
 * @param body sent as it is; empty for none
 * @param timeout for everything together, from the look-up of the name to the last byte of the answer
 * @param longestAnswer in bytes; a longer body is no answer
 */
@SuppressWarnings("ArrayRecordComponent")
public record HttpCall(
        String method, URI uri, Map<String, String> headers, byte[] body, Duration timeout, int longestAnswer) {

    private static final int LONGEST_ANSWER = 1_000_000;

    /** Gets what may have {@code longestAnswer} bytes. */
    public static HttpCall get(URI uri, Map<String, String> headers, Duration timeout, int longestAnswer) {
        return new HttpCall("GET", uri, headers, new byte[0], timeout, longestAnswer);
    }

    /** Posts {@code body}; an answer may have a megabyte. */
    public static HttpCall post(URI uri, Map<String, String> headers, byte[] body, Duration timeout) {
        return new HttpCall("POST", uri, headers, body, timeout, LONGEST_ANSWER);
    }
}
