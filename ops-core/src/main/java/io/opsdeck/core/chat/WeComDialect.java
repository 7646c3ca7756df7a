package io.opsdeck.core.chat;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** WeCom: Markdown of 4,096 bytes at most; the key in the address is all there is. */
@Component
class WeComDialect implements Dialect {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Answers ANSWERS = new Answers(
            "errcode",
            "errmsg",
            Map.of(45009, Duration.ofMinutes(1), 45033, Duration.ofSeconds(30)),
            Set.of(-1),
            Map.of());

    @Override
    public Platform platform() {
        return Platform.WECOM;
    }

    /** The limit is one of the content; the body around it has a few bytes more. */
    @Override
    public int longest() {
        return 4_096;
    }

    @Override
    public Request request(URI address, @Nullable String secret, ChatMessage message, Instant now) {
        Map<String, Object> body =
                Map.of("msgtype", "markdown", "markdown", Map.of("content", "#### " + Markdown.of(message, "> ")));
        return new Request(address, JSON.writeValueAsString(body));
    }

    @Override
    public Reply reply(int status, String body) {
        return ANSWERS.read(status, body);
    }
}
