package io.opsdeck.core.chat;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Slack: says by the status whether it took the message, and in one word why not. */
@Component
class SlackDialect implements Dialect {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration PAUSE = Duration.ofMinutes(1);

    @Override
    public Platform platform() {
        return Platform.SLACK;
    }

    @Override
    public int longest() {
        return 12_000;
    }

    @Override
    public Request request(URI address, @Nullable String secret, ChatMessage message, Instant now) {
        var text = new StringBuilder("*").append(escaped(message.title())).append("*");
        message.lines().forEach(line -> text.append("\n• ").append(link(line.text(), line.link())));
        if (message.more() > 0) {
            text.append("\n").append(link(message.restText(), message.link()));
        }
        return new Request(address, JSON.writeValueAsString(Map.of("text", text.toString())));
    }

    private static String link(String text, String href) {
        return "<" + href + "|" + escaped(text).replace('|', '¦') + ">";
    }

    /** The three characters that mean something, among them those that call everybody. */
    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    @Override
    public Reply reply(int status, String body) {
        String said = status + " " + Answers.cut(body);
        if (status == 200 && body.strip().equals("ok")) {
            return new Reply.Accepted(said);
        }
        if (status == 429) {
            return new Reply.TooFast(PAUSE, said);
        }
        return status >= 500 ? new Reply.Unwell(said) : new Reply.Refused(Answers.REFUSED, said);
    }
}
