package io.opsdeck.core.chat;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Feishu and Lark: rich text; the key of the signature is time and secret, and its message empty. */
@Component
class FeishuDialect implements Dialect {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Answers ANSWERS = new Answers(
            "code",
            "msg",
            Map.of(11232, Duration.ofMinutes(2), 9499, Duration.ofMinutes(1)),
            Set.of(-1, 10500),
            Map.of(19021, Answers.SIGNATURE));

    @Override
    public Platform platform() {
        return Platform.FEISHU;
    }

    @Override
    public int longest() {
        return 20_000;
    }

    @Override
    public Request request(URI address, @Nullable String secret, ChatMessage message, Instant now) {
        Map<String, Object> body = new LinkedHashMap<>();
        if (secret != null) {
            String timestamp = String.valueOf(now.getEpochSecond());
            body.put("timestamp", timestamp);
            body.put("sign", Signature.of(timestamp + "\n" + secret, ""));
        }
        body.put("msg_type", "post");
        String language = message.language().startsWith("zh") ? "zh_cn" : "en_us";
        body.put(
                "content",
                Map.of("post", Map.of(language, Map.of("title", message.title(), "content", paragraphs(message)))));
        return new Request(address, JSON.writeValueAsString(body));
    }

    private static List<List<Map<String, String>>> paragraphs(ChatMessage message) {
        List<List<Map<String, String>>> paragraphs = new ArrayList<>();
        message.lines().forEach(line -> paragraphs.add(List.of(link(line.text(), line.link()))));
        if (message.more() > 0) {
            paragraphs.add(List.of(link(message.restText(), message.link())));
        }
        return paragraphs;
    }

    private static Map<String, String> link(String text, String href) {
        return Map.of("tag", "a", "text", text, "href", href);
    }

    @Override
    public Reply reply(int status, String body) {
        return ANSWERS.read(status, body);
    }
}
