package io.opsdeck.web.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.opsdeck.core.security.Role;
import io.opsdeck.web.testing.Answer;
import io.opsdeck.web.testing.Browser;
import io.opsdeck.web.testing.Team;
import io.opsdeck.web.testing.WebTest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Chat robots from adding one to what its platform answered. */
class RobotPagesTest extends WebTest {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final String REFUSED = "{\"errcode\":310000,\"errmsg\":\"sign not match\"}";

    private final List<String> arrived = new CopyOnWriteArrayList<>();
    private final HttpServer group = group();
    private volatile String answer = "{\"errcode\":0,\"errmsg\":\"ok\"}";

    private static HttpServer group() {
        try {
            return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @BeforeEach
    void listen() {
        group.createContext("/", exchange -> {
            arrived.add(exchange.getRequestURI() + " "
                    + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            byte[] text = answer.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, text.length);
            exchange.getResponseBody().write(text);
            exchange.close();
        });
        group.start();
    }

    @AfterEach
    void hangUp() {
        group.stop(0);
    }

    @Test
    void aRobotIsAddedTriedAndTellsWhatTheMembersDo() {
        Team team = team();
        Browser owner = english(team.owner());
        assertThat(owner.get("/robots").body()).contains("No robots yet");
        String robot = add(owner);
        String page = owner.get(robot).body();
        assertThat(page).contains("Added.", "DingTalk · 127.0.0.1").doesNotContain("3f9c-token", "SEC-secret");
        String at = robot.substring(0, robot.indexOf('?'));
        owner.post(at + "/test", Map.of());
        await().atMost(LONG).until(() -> owner.get("/robots").body().contains("arrived"));
        assertThat(arrived.get(0)).contains("access_token=3f9c-token&timestamp=", "&sign=", "测试消息");
        Team.Person lin = member(team.workspace(), Role.VIEWER);
        owner.get("/members");
        owner.post("/members/" + lin.id() + "/role", Map.of("role", "analyst"));
        await().atMost(LONG).until(() -> arrived.stream().anyMatch(each -> each.contains("你的角色由")));
        String id = at.substring("/robots/".length());
        assertThat(owner.get("/outbound?where=chat/" + id).body())
                .contains("增长运营群", "测试消息")
                .doesNotContain("3f9c-token");
        Browser member = english(lin);
        assertThat(member.get("/account/notifications").body()).contains("Chat robot for your notifications");
        assertThat(member.get("/robots").status()).isEqualTo(403);
    }

    @Test
    void whatThePlatformSaysIsShown() {
        answer = REFUSED;
        Browser owner = english(team().owner());
        String robot = add(owner);
        String at = robot.substring(0, robot.indexOf('?'));
        owner.get(at);
        owner.post(at + "/test", Map.of());
        await().atMost(LONG).until(() -> owner.get(at).body().contains("sign not match"));
        assertThat(owner.get(at).body()).contains("failed");
        owner.post(at + "/disable", Map.of());
        assertThat(owner.get("/robots").body()).contains(">off<");
        owner.post(at + "/delete", Map.of());
        assertThat(owner.get("/robots").body()).contains("No robots yet");
        assertThat(owner.get(at).status()).isEqualTo(404);
        assertThat(owner.get("/audit").body()).contains("added a chat robot", "deleted a chat robot");
    }

    @Test
    void whatIsWrongIsSaidBesideItsFieldAndSecretsAreNotGivenBack() {
        Browser owner = english(team().owner());
        owner.get("/robots/new");
        Answer foreign = owner.post(
                "/robots",
                Map.of(
                        "name",
                        "Operations",
                        "platform",
                        "feishu",
                        "address",
                        "https://evil.example/hook/3f9c-token",
                        "secret",
                        "SEC-secret"));
        assertThat(foreign.status()).isEqualTo(422);
        assertThat(foreign.body())
                .contains("address-error", "https://open.feishu.cn/open-apis/bot/v2/hook/…")
                .doesNotContain("3f9c-token", "SEC-secret");
        Answer nameless = owner.post("/robots", Map.of("name", " ", "platform", "slack", "address", address()));
        assertThat(nameless.body()).contains("name-error");
        Answer unknown = owner.post("/robots", Map.of("name", "x", "platform", "icq", "address", address()));
        assertThat(unknown.status()).isEqualTo(422);
    }

    private String add(Browser owner) {
        owner.get("/robots/new");
        Answer made = owner.postForm(
                "/robots",
                "name=%E5%A2%9E%E9%95%BF%E8%BF%90%E8%90%A5%E7%BE%A4&platform=dingtalk&secret=SEC-secret&forMembers=true"
                        + "&dailyHour=&kinds=role.changed&kinds=job.failed&address="
                        + java.net.URLEncoder.encode(address(), StandardCharsets.UTF_8));
        assertThat(made.status()).as(made.body()).isEqualTo(302);
        return made.location();
    }

    private String address() {
        return "http://127.0.0.1:" + group.getAddress().getPort() + "/robot/send?access_token=3f9c-token";
    }

    private Browser english(Team.Person person) {
        Browser browser = browserOf(person);
        browser.post("/preferences/language", Map.of("lang", "en"));
        browser.get("/");
        return browser;
    }
}
