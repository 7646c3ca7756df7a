package io.opsdeck.web.people;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.opsdeck.analytics.event.EventSources;
import io.opsdeck.core.security.Permission;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.web.testing.Answer;
import io.opsdeck.web.testing.Browser;
import io.opsdeck.web.testing.Team;
import io.opsdeck.web.testing.WebTest;
import java.time.Duration;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class PeopleTest extends WebTest {

    @Autowired
    EventSources sources;

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
                .contains("王&lt;b&gt;小明", "plan eq pro\\, yearly")
                .doesNotContain(">u2<");
        assertThat(browser.get("/people?f=plan:like:x").body()).contains("plan:like:x");
        assertThat(browser.get("/people/" + id).body())
                .contains("<title>王&lt;b&gt;小明", "Ming@Example.com", "Viewed", "$identify", "d1");
        assertThat(browser.get("/people/lookup?id=d1").location()).isEqualTo("/people/" + id);
        assertThat(browser.get("/palette?q=" + "ming").body()).contains("/people/" + id);
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
