package io.opsdeck.web.insight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.opsdeck.analytics.event.EventSources;
import io.opsdeck.core.security.Permission;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.web.testing.Answer;
import io.opsdeck.web.testing.Team;
import io.opsdeck.web.testing.WebTest;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class InsightApiTest extends WebTest {

    private static final String STEPS = "\"steps\":[{\"event\":\"Viewed\"},{\"event\":\"Paid\"}]";

    @Autowired
    EventSources sources;

    @Autowired
    JsonMapper json;

    @Test
    void anotherServiceAsksAndGetsThePeopleBehindANumber() {
        Team team = team();
        String key = CurrentWorkspace.call(
                team.workspace(),
                () -> sources.create("Shop", EventSources.Kind.WEB, null).writeKey());
        track(key, "u1", "Viewed", "2026-05-01T10:00:00Z");
        track(key, "u1", "Paid", "2026-05-01T10:05:00Z");
        track(key, "u2", "Viewed", "2026-05-02T10:00:00Z");
        String bearer = "Bearer " + token(team.workspace(), team.owner(), EnumSet.allOf(Permission.class), null);
        String range = "\"range\":{\"from\":\"2026-05-01\",\"to\":\"2026-05-03\"}";
        String funnel = "{\"kind\":\"funnel\"," + range + "," + STEPS;
        await().atMost(Duration.ofSeconds(20))
                .until(() ->
                        ask("query", funnel + "}", bearer).at("/steps/0/count").asInt() == 2);
        JsonNode answer = ask("query", funnel + "}", bearer);
        assertThat(answer.at("/steps/1/count").asInt()).isEqualTo(1);
        assertThat(answer.at("/steps/1/overall").asDouble()).isEqualTo(0.5);
        assertThat(answer.at("/steps/1/medianSeconds").asInt()).isEqualTo(300);
        assertThat(answer.path("people").asInt()).isEqualTo(2);
        assertThat(answer.path("asOf").isString()).isTrue();
        await().atMost(Duration.ofSeconds(20))
                .until(() -> ask("people", funnel + ",\"point\":{\"step\":2,\"dropped\":true}}", bearer)
                        .at("/data/0/userId")
                        .asString("")
                        .equals("u2"));
        JsonNode trend = ask(
                "query",
                "{\"kind\":\"trend\"," + range
                        + ",\"series\":[{\"event\":\"Viewed\",\"measure\":\"unique\"},{\"event\":\"Paid\","
                        + "\"measure\":\"unique\"}],\"formula\":\"B/A*100\"}",
                bearer);
        assertThat(trend.path("labels").toString()).isEqualTo("[\"2026-05-01\",\"2026-05-02\",\"2026-05-03\"]");
        assertThat(trend.at("/series/0/data").toString()).isEqualTo("[100,0,null]");
        assertThat(trend.at("/series/0/total").asInt()).isEqualTo(50);
    }

    @Test
    void whatIsKnownOfPersonsFiltersSplitsAndLeavesOut() {
        Team team = team();
        String key = CurrentWorkspace.call(
                team.workspace(),
                () -> sources.create("Shop", EventSources.Kind.WEB, null).writeKey());
        for (String user : new String[] {"u1", "u2", "tester"}) {
            track(key, user, "Viewed", "2026-05-01T10:00:00Z");
        }
        identify(key, "u1", "{\"plan\":\"pro\"}");
        identify(key, "tester", "{\"plan\":\"pro\",\"internal\":true}");
        String bearer = "Bearer " + token(team.workspace(), team.owner(), EnumSet.allOf(Permission.class), null);
        String views = "{\"kind\":\"trend\",\"range\":{\"from\":\"2026-05-01\",\"to\":\"2026-05-03\"},"
                + "\"series\":[{\"event\":\"Viewed\",\"measure\":\"unique\"}]";
        String pro = ",\"filters\":[{\"source\":\"profile\",\"property\":\"plan\",\"op\":\"eq\",\"value\":\"pro\"}]";
        await().atMost(Duration.ofSeconds(20))
                .until(() -> ask("query", views + pro + ",\"includeInternal\":true}", bearer)
                                .at("/series/0/total")
                                .asInt()
                        == 2);
        assertThat(ask("query", views + pro + "}", bearer).at("/series/0/total").asInt())
                .isEqualTo(1);
        JsonNode split = ask("query", views + ",\"breakdown\":{\"source\":\"profile\",\"property\":\"plan\"}}", bearer);
        assertThat(split.at("/series/0/breakdown").asString()).isEqualTo("(none)");
        assertThat(split.at("/series/1/breakdown").asString()).isEqualTo("pro");
        JsonNode chosen = ask("query", views + ",\"people\":{\"not\":{\"trait\":\"plan\",\"op\":\"is_set\"}}}", bearer);
        assertThat(chosen.at("/series/0/total").asInt()).isEqualTo(1);
        var allowed = EnumSet.allOf(Permission.class);
        allowed.remove(Permission.PROFILE_CONTACT_READ);
        String masked = "Bearer " + token(team.workspace(), team.owner(), allowed, null);
        Answer refused = send("query", views + ",\"people\":{\"trait\":\"email\",\"op\":\"is_set\"}}", masked);
        assertThat(refused.status()).isEqualTo(403);
    }

    @Test
    void aWrongQueryIsToldWhere() {
        Team team = team();
        String bearer = "Bearer " + token(team.workspace(), team.owner(), EnumSet.allOf(Permission.class), null);
        Answer wrong = send(
                "query", "{\"kind\":\"funnel\",\"range\":{\"last\":\"7d\"},\"window\":\"0d\"," + STEPS + "}", bearer);
        assertThat(wrong.status()).isEqualTo(422);
        assertThat(json.readTree(wrong.body()).at("/errors/0/pointer").asString())
                .isEqualTo("/window");
        assertThat(send("query", "[]", bearer).status()).isEqualTo(400);
        assertThat(send("query", "{", bearer).status()).isEqualTo(400);
        String blind = "Bearer " + token(team.workspace(), team.owner(), Set.of(Permission.EVENT_READ), null);
        assertThat(send("query", "{}", blind).status()).isEqualTo(403);
    }

    @Test
    void contactDataIsNeitherShownNorAskedForWithoutThePermission() {
        Team team = team();
        String key = CurrentWorkspace.call(
                team.workspace(),
                () -> sources.create("Shop", EventSources.Kind.WEB, null).writeKey());
        track(key, "ming@example.com", "Viewed", "2026-05-01T10:00:00Z");
        var allowed = EnumSet.allOf(Permission.class);
        String clear = "Bearer " + token(team.workspace(), team.owner(), allowed, null);
        allowed.remove(Permission.PROFILE_CONTACT_READ);
        String masked = "Bearer " + token(team.workspace(), team.owner(), allowed, null);
        String people = "{\"kind\":\"stickiness\",\"range\":{\"from\":\"2026-05-01\",\"to\":\"2026-05-03\"},"
                + "\"matcher\":{\"event\":\"Viewed\"},\"point\":{\"intervals\":1}}";
        await().atMost(Duration.ofSeconds(20))
                .until(() -> ask("people", people, clear)
                        .at("/data/0/userId")
                        .asString("")
                        .equals("ming@example.com"));
        assertThat(send("people", people, masked).body())
                .contains("@example.com")
                .doesNotContain("ming@");
        String byMail = "{\"kind\":\"trend\",\"range\":{\"last\":\"7d\"},\"series\":[{\"event\":\"Viewed\"}],"
                + "\"breakdown\":{\"property\":\"email\"}}";
        assertThat(send("query", byMail, clear).status()).isEqualTo(200);
        String ofMails = "{\"kind\":\"trend\",\"range\":{\"last\":\"7d\"},\"series\":[{\"event\":\"Email\"}]}";
        assertThat(send("query", ofMails, masked).status())
                .as("an event may be called after it")
                .isEqualTo(200);
        Answer refused = send("query", byMail, masked);
        assertThat(refused.status()).isEqualTo(403);
        assertThat(json.readTree(refused.body()).at("/errors/0/pointer").asString())
                .isEqualTo("/breakdown/property");
    }

    private JsonNode ask(String what, String query, String bearer) {
        Answer answer = send(what, query, bearer);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return json.readTree(answer.body());
    }

    private Answer send(String what, String query, String bearer) {
        return browser()
                .send(
                        "POST",
                        "/api/v1/insights/" + what,
                        query,
                        "Authorization",
                        bearer,
                        "Content-Type",
                        "application/json");
    }

    private void identify(String key, String user, String traits) {
        String body = "{\"userId\":\"" + user + "\",\"traits\":" + traits + ",\"writeKey\":\"" + key + "\"}";
        assertThat(browser()
                        .send("POST", "/v1/identify", body, "Content-Type", "application/json")
                        .status())
                .isEqualTo(200);
    }

    private void track(String key, String user, String event, String at) {
        String body = "{\"userId\":\"" + user + "\",\"event\":\"" + event + "\",\"timestamp\":\"" + at
                + "\",\"writeKey\":\"" + key + "\"}";
        assertThat(browser()
                        .send("POST", "/v1/track", body, "Content-Type", "application/json")
                        .status())
                .isEqualTo(200);
    }
}
