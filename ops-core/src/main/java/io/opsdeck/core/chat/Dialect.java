package io.opsdeck.core.chat;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** How one platform is spoken to. */
interface Dialect {

    Platform platform();

    /** The longest body in bytes. */
    int longest();

    /** @param secret to sign with, or null */
    Request request(URI address, @Nullable String secret, ChatMessage message, Instant now);

    Reply reply(int status, String body);

    /** What is posted where. */
    record Request(URI uri, String body) {}

    /** What the platform makes of it: answers with HTTP 200 say so in their body only. */
    sealed interface Reply {

        /** Its own words. */
        String said();

        record Accepted(String said) implements Reply {}

        /** @param pause how long it wants to be left alone */
        record TooFast(Duration pause, String said) implements Reply {}

        /** Its own trouble; another time it may work. */
        record Unwell(String said) implements Reply {}

        /** For good. {@code reason} is the key of a text {@code outbound.reason.<reason>}. */
        record Refused(String reason, String said) implements Reply {}
    }

    /** The message as a request that fits: the last lines are left out, and a single one that is too long is cut. */
    default Request fit(URI address, @Nullable String secret, ChatMessage whole, Instant now) {
        ChatMessage message = whole;
        Request request = request(address, secret, message, now);
        while (ByteText.length(request.body()) > longest() && message.lines().size() > 1) {
            message = message.shorter();
            request = request(address, secret, message, now);
        }
        int room = longest();
        while (ByteText.length(request.body()) > longest() && room > 16) {
            room = room / 2;
            request = request(address, secret, message.cut(room), now);
        }
        return request;
    }
}
