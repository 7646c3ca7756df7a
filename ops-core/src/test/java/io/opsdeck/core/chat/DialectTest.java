package io.opsdeck.core.chat;

import static org.assertj.core.api.Assertions.assertThat;

import io.opsdeck.core.chat.ChatMessage.Line;
import io.opsdeck.core.chat.Dialect.Reply;
import io.opsdeck.core.chat.Dialect.Request;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DialectTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Instant NOW = Instant.parse("2026-11-23T04:00:00Z");
    private static final List<Dialect> ALL =
            List.of(new FeishuDialect(), new DingTalkDialect(), new WeComDialect(), new SlackDialect());

    /** The values were calculated with Python's hmac from the formulas of the manuals. */
    @Test
    void signaturesAreThoseOfTheManuals() {
        Request feishu = new FeishuDialect()
                .request(
                        URI.create("https://open.feishu.cn/x"),
                        "demo",
                        message("a"),
                        Instant.ofEpochSecond(1_599_360_473));
        JsonNode body = JSON.readTree(feishu.body());
        assertThat(body.path("timestamp").asString()).isEqualTo("1599360473");
        assertThat(body.path("sign").asString()).isEqualTo("l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8=");
        Request dingTalk = new DingTalkDialect()
                .request(
                        URI.create("https://oapi.dingtalk.com/robot/send?access_token=t"),
                        "SECdemo",
                        message("a"),
                        Instant.ofEpochMilli(1_577_262_236_757L));
        assertThat(dingTalk.uri().getRawQuery())
                .isEqualTo(
                        "access_token=t&timestamp=1577262236757&sign=sLRlUUvzoOXn5DR%2F%2Bo%2Bs6tOqX%2BbWe3JGaZ7JQ7844l8%3D");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "FEISHU|200|{\"code\":0,\"msg\":\"success\"}|Accepted",
                "FEISHU|200|{\"code\":11232,\"msg\":\"frequency limited\"}|TooFast",
                "FEISHU|200|{\"code\":9499,\"msg\":\"too many request\"}|TooFast",
                "FEISHU|200|{\"code\":19021,\"msg\":\"sign match fail\"}|Refused",
                "FEISHU|400|{\"code\":19001,\"msg\":\"param invalid\"}|Refused",
                "FEISHU|200|<html>|Refused",
                "DINGTALK|200|{\"errcode\":0,\"errmsg\":\"ok\"}|Accepted",
                "DINGTALK|200|{\"errcode\":130101,\"errmsg\":\"send too fast\"}|TooFast",
                "DINGTALK|200|{\"errcode\":-1,\"errmsg\":\"system busy\"}|Unwell",
                "DINGTALK|200|{\"errcode\":310000,\"errmsg\":\"keywords not in content\"}|Refused",
                "WECOM|200|{\"errcode\":0,\"errmsg\":\"ok\"}|Accepted",
                "WECOM|200|{\"errcode\":45009,\"errmsg\":\"api freq out of limit\"}|TooFast",
                "WECOM|200|{\"errcode\":93000,\"errmsg\":\"invalid webhook url\"}|Refused",
                "WECOM|502|bad gateway|Unwell",
                "SLACK|200|ok|Accepted",
                "SLACK|200|no|Refused",
                "SLACK|404|no_service|Refused",
                "SLACK|429|rate_limited|TooFast",
                "SLACK|500|rollup_error|Unwell"
            })
    void theBodySaysWhatBecameOfIt(Platform platform, int status, String body, String expected) {
        Reply reply = of(platform).reply(status, body);
        assertThat(reply.getClass().getSimpleName()).isEqualTo(expected);
        if (!body.startsWith("<")) {
            String words = body.replaceAll(".*msg\":\"", "").replaceAll("\".*", "");
            assertThat(reply.said()).contains(words);
        }
    }

    @Test
    void everyMessageFitsAndSaysWhatIsMissing() {
        String line = "导入完成：订单🦉".repeat(40);
        var many = message(Collections.nCopies(30, line).toArray(String[]::new));
        var endless = message("😀汉".repeat(20_000));
        for (Dialect dialect : ALL) {
            URI address = URI.create("https://host.example/x");
            Request full = dialect.fit(address, null, many, NOW);
            assertThat(ByteText.length(full.body())).isLessThanOrEqualTo(dialect.longest());
            assertThat(full.body()).contains("还有");
            Request cut = dialect.fit(address, null, endless, NOW);
            assertThat(ByteText.length(cut.body())).isLessThanOrEqualTo(dialect.longest());
            assertThat(JSON.readTree(cut.body()).toString()).contains("…").doesNotContain("\uFFFD");
        }
        Request weCom = new WeComDialect().fit(URI.create("https://host.example/x"), null, many, NOW);
        assertThat(weCom.body()).contains("还有 27 条");
    }

    @Test
    void textIsCutBetweenCharacters() {
        for (int bytes = 3; bytes < 40; bytes++) {
            String cut = ByteText.cut("a汉😀b汉😀cccccccccccccccccccccccccc", bytes);
            assertThat(ByteText.length(cut)).isLessThanOrEqualTo(bytes);
            assertThat(new String(cut.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
                    .isEqualTo(cut)
                    .doesNotContain("?", "\uFFFD");
        }
        assertThat(ByteText.cut("汉字", 6)).isEqualTo("汉字");
    }

    /** What members call things must not call everybody in the group, or lead elsewhere. */
    @Test
    void namesAreNoMarkup() {
        var message = message("<@all> [win](https://evil.example) <!channel> *x* `y`");
        for (Dialect dialect : ALL) {
            String body = dialect.fit(URI.create("https://host.example/x"), null, message, NOW)
                    .body();
            JsonNode json = JSON.readTree(body);
            if (dialect.platform() == Platform.FEISHU) {
                assertThat(json.toString()).contains("\"tag\":\"a\"").doesNotContain("\"tag\":\"at\"");
                continue;
            }
            String text = json.path("text").asString("")
                    + json.path("markdown").path("text").asString("")
                    + json.path("markdown").path("content").asString("");
            assertThat(text).contains("win").doesNotContain("<@all>", "<!channel>");
            assertThat(dialect.platform() == Platform.SLACK || !text.contains("](https://evil"))
                    .as(text)
                    .isTrue();
        }
    }

    @Test
    void robotsKeepAroundTheHourAndApart() {
        ZoneId berlin = ZoneId.of("Europe/Berlin");
        var seconds = new java.util.HashSet<Long>();
        for (int i = 0; i < 50; i++) {
            Instant due = ChatLines.next(Instant.parse("2031-06-01T12:00:00Z"), berlin, 9, new UUID(i * 7919L, i));
            long apart =
                    due.getEpochSecond() - Instant.parse("2031-06-02T07:00:00Z").getEpochSecond();
            assertThat(apart).isBetween(-180L, 180L);
            seconds.add(apart);
        }
        assertThat(seconds).hasSizeGreaterThan(20);
        Instant gap = ChatLines.next(Instant.parse("2031-03-29T12:00:00Z"), berlin, 2, new UUID(0, 0));
        assertThat(gap).isBetween(Instant.parse("2031-03-30T00:57:00Z"), Instant.parse("2031-03-30T01:03:00Z"));
    }

    private static Dialect of(Platform platform) {
        return ALL.stream()
                .filter(each -> each.platform() == platform)
                .findFirst()
                .orElseThrow();
    }

    private static ChatMessage message(String... lines) {
        List<Line> all = java.util.Arrays.stream(lines)
                .map(text -> new Line(text, "https://ops.example/jobs/1"))
                .toList();
        return new ChatMessage("zh-CN", "Opsdeck · W", all, 0, "……还有 {0} 条", "https://ops.example/inbox");
    }
}
