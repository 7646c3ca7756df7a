package io.opsdeck.core.outbound;

import io.opsdeck.core.text.TextHygiene;
import java.nio.charset.StandardCharsets;

/**
 * What was said in an attempt, for those who look why it went wrong. Channels leave secrets out.
 *
 * @param request its head
 * @param response its head
 * @param body the start of what the other side answered
 */
public record Transcript(String request, String response, String body) {

    private static final int LONGEST = 4_096;
    private static final Transcript NONE = new Transcript("", "", "");

    public Transcript {
        request = cut(request);
        response = cut(response);
        body = cut(body);
    }

    public static Transcript none() {
        return NONE;
    }

    /** Reads bytes of any kind as text. */
    public static Transcript of(String request, String response, byte[] body) {
        int length = Math.min(body.length, LONGEST);
        return new Transcript(request, response, new String(body, 0, length, StandardCharsets.UTF_8));
    }

    private static String cut(String text) {
        return TextHygiene.clean(text.length() > LONGEST ? text.substring(0, LONGEST) : text);
    }
}
