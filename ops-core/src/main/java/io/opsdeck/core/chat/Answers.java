package io.opsdeck.core.chat;

import io.opsdeck.core.chat.Dialect.Reply;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads answers that carry a number in their body, 0 for good.
 *
 * @param code the field with the number
 * @param text the field with words
 * @param tooFast numbers that ask for a pause
 * @param unwell numbers of the platform's own trouble
 * @param refused reasons by number, where a member can do something about it
 */
record Answers(
        String code, String text, Map<Integer, Duration> tooFast, Set<Integer> unwell, Map<Integer, String> refused) {

    static final String REFUSED = "chat_refused";
    static final String SIGNATURE = "chat_signature";

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int LONGEST = 300;
    private static final Duration PAUSE = Duration.ofMinutes(1);

    Reply read(int status, String body) {
        if (status == 429) {
            return new Reply.TooFast(PAUSE, cut(body));
        }
        if (status >= 500) {
            return new Reply.Unwell(cut(body));
        }
        JsonNode answer = parse(body);
        Integer number = number(answer);
        if (number == null) {
            return new Reply.Refused(REFUSED, status + " " + cut(body));
        }
        String said = number + " " + words(answer);
        if (number == 0) {
            return new Reply.Accepted(said);
        }
        Duration pause = tooFast.get(number);
        if (pause != null) {
            return new Reply.TooFast(pause, said);
        }
        return unwell.contains(number)
                ? new Reply.Unwell(said)
                : new Reply.Refused(refused.getOrDefault(number, REFUSED), said);
    }

    private static JsonNode parse(String body) {
        try {
            return JSON.readTree(body);
        } catch (JacksonException e) {
            return JSON.createObjectNode();
        }
    }

    private @Nullable Integer number(JsonNode answer) {
        JsonNode number = answer.path(code);
        return number.isInt() ? Integer.valueOf(number.intValue()) : null;
    }

    private String words(JsonNode answer) {
        return cut(answer.path(text).asString(""));
    }

    static String cut(String text) {
        String line = text.replaceAll("\\p{Cntrl}+", " ").strip();
        return line.length() > LONGEST ? line.substring(0, LONGEST) : line;
    }
}
