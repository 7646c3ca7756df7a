package io.opsdeck.core.chat;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** DingTalk: Markdown; time and signature stand in the address. Who is too fast is shut out for ten minutes. */
@Component
class DingTalkDialect implements Dialect {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Answers ANSWERS = new Answers(
            "errcode", "errmsg", Map.of(130101, Duration.ofMinutes(10)), Set.of(-1), Map.of(310000, Answers.SIGNATURE));

    @Override
    public Platform platform() {
        return Platform.DINGTALK;
    }

    @Override
    public int longest() {
        return 20_000;
    }

    @Override
    public Request request(URI address, @Nullable String secret, ChatMessage message, Instant now) {
        Map<String, Object> body = Map.of(
                "msgtype",
                "markdown",
                "markdown",
                Map.of("title", message.title(), "text", "#### " + Markdown.of(message, "- ")),
                "at",
                Map.of("isAtAll", false));
        return new Request(secret == null ? address : signed(address, secret, now), JSON.writeValueAsString(body));
    }

    private static URI signed(URI address, String secret, Instant now) {
        long timestamp = now.toEpochMilli();
        String sign = Signature.of(secret, timestamp + "\n" + secret);
        String separator = address.getRawQuery() == null ? "?" : "&";
        return URI.create(address + separator + "timestamp=" + timestamp + "&sign="
                + URLEncoder.encode(sign, StandardCharsets.UTF_8));
    }

    @Override
    public Reply reply(int status, String body) {
        return ANSWERS.read(status, body);
    }
}
