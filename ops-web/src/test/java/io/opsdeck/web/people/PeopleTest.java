package io.opsdeck.web.people;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.opsdeck.analytics.event.EventDictionary;
import io.opsdeck.analytics.event.EventSources;
import io.opsdeck.core.security.Permission;
import io.opsdeck.core.security.Role;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.web.testing.Answer;
import io.opsdeck.web.testing.Browser;
import io.opsdeck.web.testing.Team;
import io.opsdeck.web.testing.WebTest;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class PeopleTest extends WebTest {

    @Autowired
    EventSources sources;

    @Autowired
    EventDictionary dictionary;

    @Autowired
    JsonMapper json;

    @Test
    void aPersonIsFoundFilteredAndReadInPageApiAndPalette() {
        Team team = team();
        String key = CurrentWorkspace.call(
                team.workspace(),
                () -> sources.create("Shop", EventSources.Kind.WEB, null).writeKey());
        send(
                key,
                "{\"type\":\"track\",\"anonymousId\":\"d1\",\"event\":\"Viewed\",\"timestamp\":\"2026-05-01T10:00:00Z\"}");
        send(
                key,
                "{\"type\":\"identify\",\"anonymousId\":\"d1\",\"userId\":\"u:1\",\"traits\":{\"name\":\"王<b>小明\",\"email\":\"Ming@Example.com\",\"plan\":\"pro, yearly\"}}");
        send(key, "{\"type\":\"track\",\"userId\":\"u2\",\"event\":\"Viewed\"}");
        String bearer = "Bearer " + token(team.workspace(), team.owner(), EnumSet.allOf(Permission.class), null);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> get("/api/v1/profiles", bearer).path("data").size() == 2);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> get("/api/v1/profiles:lookup?id=d1", bearer)
                                .path("events")
                                .asInt()
                        == 2);
        JsonNode profile = get("/api/v1/profiles:lookup?id=ming@example.com", bearer);
        assertThat(profile.path("userId").asString()).isEqualTo("u:1");
        assertThat(profile.path("anonymousIds").get(0).asString()).isEqualTo("d1");
        assertThat(profile.at("/traits/plan").asString()).isEqualTo("pro, yearly");
        assertThat(profile.path("firstSeenAt").asString()).isEqualTo("2026-05-01T10:00:00Z");
        String id = profile.path("id").asString();
        assertThat(get("/api/v1/profiles/" + id, bearer)).isEqualTo(profile);
        assertThat(get("/api/v1/profiles?f=plan:eq:pro%5C,%20yearly", bearer)
                        .path("data")
                        .size())
                .isEqualTo(1);
        assertThat(get("/api/v1/profiles?q=u2", bearer).at("/data/0/userId").asString())
                .isEqualTo("u2");
        Answer wrong = browser().get("/api/v1/profiles?f=plan:like:x", "Authorization", bearer);
        assertThat(wrong.status()).isEqualTo(422);
        assertThat(json.readTree(wrong.body()).at("/errors/0/parameter").asString())
                .isEqualTo("f");
        assertThat(browser()
                        .get("/api/v1/profiles:lookup?id=nobody", "Authorization", bearer)
                        .status())
                .isEqualTo(404);

        Browser browser = browserOf(team.owner());
        assertThat(browser.get("/people").body()).contains("王&lt;b&gt;小明", "u2").doesNotContain("<b>小明");
        assertThat(browser.get(browser.get("/people?who=identified&field=plan&op=eq&value=pro,%20yearly")
                                .location())
                        .body())
                .contains(
                        "王&lt;b&gt;小明", "<span>plan</span><span class=\"op\">等于</span><span><b>pro, yearly</b></span>")
                .doesNotContain(">u2<");
        assertThat(browser.get("/people?f=plan:like:x").body()).contains("plan:like:x");
        assertThat(browser.get("/people/" + id).body())
                .contains("<title>王&lt;b&gt;小明", "Ming@Example.com", "Viewed", "$identify", "d1");
        assertThat(browser.get("/people?q=d1").body()).contains("/people/" + id, "1 / 2");
        assertThat(browser.get("/palette?q=d1").body()).contains("/people/" + id);
        assertThat(browser.get("/palette?q=" + "ming").body()).contains("/people/" + id);
    }

    @Test
    void contactDataIsMaskedWhereverARoleWithoutTheRightLooks() {
        Team team = team();
        String key = CurrentWorkspace.call(
                team.workspace(),
                () -> sources.create("Shop", EventSources.Kind.WEB, null).writeKey());
        send(
                key,
                "{\"type\":\"identify\",\"userId\":\"wei@example.org\",\"anonymousId\":\"d7\",\"traits\":{\"name\":\"魏明\",\"email\":\"wei@example.org\",\"phone\":\"010-87654321\",\"wechat\":\"wx13812345678\",\"backup\":{\"to\":\"call 13912345678\"},\"idCard\":\"1101011990\",\"plan\":\"pro\"}}");
        send(
                key,
                "{\"type\":\"track\",\"anonymousId\":\"wei@example.org\",\"event\":\"Broken\",\"timestamp\":\"never\"}");
        String clear = "Bearer " + token(team.workspace(), team.owner(), EnumSet.allOf(Permission.class), null);
        EnumSet<Permission> scopes = EnumSet.complementOf(EnumSet.of(Permission.PROFILE_CONTACT_READ));
        String masked = "Bearer " + token(team.workspace(), team.owner(), scopes, null);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> get("/api/v1/profiles", clear).path("data").size() == 1);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> CurrentWorkspace.call(
                        team.workspace(),
                        () -> dictionary.properties("$identify").size() == 7));
        CurrentWorkspace.run(
                team.workspace(),
                () -> dictionary.describeProperty("$identify", "idCard", EventDictionary.Pii.SENSITIVE, ""));
        String id = get("/api/v1/profiles", clear).at("/data/0/id").asString();

        assertThat(get("/api/v1/profiles/" + id, clear).at("/traits/phone").asString())
                .isEqualTo("010-87654321");
        JsonNode profile = get("/api/v1/profiles/" + id, masked);
        assertThat(profile.at("/traits/email").asString()).isEqualTo("w***@example.org");
        assertThat(profile.at("/traits/phone").asString()).isEqualTo("010****4321");
        assertThat(profile.at("/traits/backup/to").asString()).isEqualTo("call 139****5678");
        assertThat(profile.at("/traits/idCard").asString()).isEqualTo("11****1990");
        assertThat(profile.at("/traits/plan").asString()).isEqualTo("pro");
        assertThat(profile.path("userIds").get(0).asString()).isEqualTo("w***@example.org");

        allow(team.workspace(), Role.VIEWER, Permission.PROFILE_READ, true);
        Browser viewer = browserOf(member(team.workspace(), Role.VIEWER));
        Browser operator = browserOf(member(team.workspace(), Role.OPERATOR));
        assertThat(operator.get("/people/" + id).body()).contains("wei@example.org", "010-87654321", "1101011990");
        assertThat(operator.get("/people?q=010%2087654321").body()).contains("/people/" + id);
        assertThat(operator.get("/palette?q=87654321").body()).contains("/people/" + id);
        assertThat(operator.get("/people?q=wei@ex").body()).contains(id);
        assertThat(operator.get("/people?f=phone:starts_with:010").body()).contains(id);
        operator.post(
                "/views",
                Map.of("page", "people", "name", "The one", "query", "f=phone:eq:010-87654321", "shared", "true"));
        assertThat(operator.get("/people").body()).contains("The one");

        for (String path : List.of(
                "/",
                "/people",
                "/people?q=" + encoded("魏明"),
                "/people/" + id,
                "/events",
                "/stream",
                "/quarantine",
                "/palette?q=" + encoded("魏明"))) {
            Answer answer = viewer.get(path);
            assertThat(answer.status()).as(path).isEqualTo(200);
            assertThat(answer.body())
                    .as(path)
                    .doesNotContain("wei@", "87654321", "13812345678", "13912345678", "110101", "The one");
        }
        assertThat(viewer.get("/people").body()).contains(id, "w***@example.org", "010****4321");
        assertThat(viewer.get("/quarantine").body()).contains("w***@example.org");
        for (String path : List.of(
                "/people?q=wei@ex",
                "/people?q=87654321",
                "/people?f=phone:starts_with:010",
                "/people?f=idCard:starts_with:1",
                "/people?f=plan:neq:wei@example.org",
                "/palette?q=wei@ex",
                "/palette?q=010",
                "/events?who=wei@example.org")) {
            assertThat(viewer.get(path).body()).as(path).doesNotContain(id);
        }
        assertThat(viewer.get("/people?q=010%2087654321").body()).doesNotContain(id);
        assertThat(viewer.get("/people?q=d7").body()).contains("/people/" + id).doesNotContain("wei@");
        for (String lookup : List.of("wei@example.org", "01087654321")) {
            assertThat(browser()
                            .get("/api/v1/profiles:lookup?id=" + lookup, "Authorization", masked)
                            .status())
                    .as(lookup)
                    .isEqualTo(404);
        }
        for (String path : List.of("/api/v1/profiles", "/api/v1/events", "/api/v1/quarantine")) {
            assertThat(browser().get(path, "Authorization", masked).body())
                    .as(path)
                    .contains("w***@example.org")
                    .doesNotContain("wei@", "87654321", "13812345678", "13912345678", "110101");
        }
        assertThat(browser()
                        .get("/api/v1/profiles?f=email:contains:wei", "Authorization", masked)
                        .status())
                .isEqualTo(403);
        assertThat(get("/api/v1/profiles?q=wei@example.org", masked).path("data"))
                .isEmpty();
    }

    @Test
    void rowsWithContactDataAreHandedBackToThoseWhoMaySeeThem() {
        Team team = team();
        String clear = "Bearer " + token(team.workspace(), team.owner(), EnumSet.allOf(Permission.class), null);
        EnumSet<Permission> scopes = EnumSet.complementOf(EnumSet.of(Permission.PROFILE_CONTACT_READ));
        String masked = "Bearer " + token(team.workspace(), team.owner(), scopes, null);
        String mapping = "{\"kind\":\"profiles\",\"columns\":{\"id\":\"userId\",\"手机\":\"traits.phone\"}}";
        Answer started = browser()
                .upload("/api/v1/imports", "members.csv", "id,手机\n,62345678\n", mapping, "Authorization", clear);
        String job = json.readTree(started.body()).path("id").asString();
        await().atMost(Duration.ofSeconds(30))
                .until(() ->
                        !get("/api/v1/jobs/" + job, clear).path("finishedAt").isNull());

        assertThat(browser()
                        .get("/api/v1/jobs/" + job + "/errors", "Authorization", clear)
                        .body())
                .contains("62345678");
        assertThat(browser()
                        .get("/api/v1/jobs/" + job + "/errors", "Authorization", masked)
                        .status())
                .isEqualTo(403);
        Browser manager = browserOf(member(team.workspace(), Role.MANAGER));
        Matcher page = Pattern.compile("/imports/[0-9a-f-]{36}")
                .matcher(manager.get("/imports").body());
        assertThat(page.find()).isTrue();
        assertThat(manager.get(page.group()).body()).contains("members.csv").doesNotContain("62345678", "errors.csv");
        assertThat(manager.get(page.group() + "/errors.csv").status()).isEqualTo(403);
        manager.get("/imports");
        String fresh = manager.upload("/imports", "more.csv", "id,手机\nm1,62345678\n", "", "HX-Request", "true")
                .header("HX-Redirect")
                .orElseThrow();
        assertThat(manager.get(fresh).body()).contains("****5678").doesNotContain("62345678");
        assertThat(browserOf(team.owner()).get(fresh).body()).contains("62345678");
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private JsonNode get(String path, String bearer) {
        return json.readTree(browser().get(path, "Authorization", bearer).body());
    }

    private void send(String key, String event) {
        Answer answer = browser()
                .send(
                        "POST",
                        "/v1/batch",
                        "{\"batch\":[" + event + "]}",
                        "Authorization",
                        "Bearer " + key,
                        "Content-Type",
                        "application/json");
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    }
}
