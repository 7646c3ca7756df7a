package io.opsdeck.web.people;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.opsdeck.analytics.board.SavedInsights;
import io.opsdeck.analytics.event.EventDictionary;
import io.opsdeck.analytics.event.EventDictionary.Pii;
import io.opsdeck.analytics.event.EventSources;
import io.opsdeck.analytics.insight.InsightKind;
import io.opsdeck.core.security.Permission;
import io.opsdeck.core.security.Preset;
import io.opsdeck.core.security.Role;
import io.opsdeck.core.security.RoleSettings;
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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the dictionary calls personal is treated as contact data everywhere: a role with every permission but
 * {@code profile:contact_read} neither sees it nor finds, splits or counts by it.
 */
class PersonalPropertiesTest extends WebTest {

    private static final String SECRET = "Willow Lane 7";
    private static final String LANDLINE = "010-87654321";

    @Autowired
    private EventDictionary dictionary;

    @Autowired
    private EventSources sources;

    @Autowired
    private SavedInsights insights;

    private Team team;
    private Browser owner;
    private Browser other;
    private String clear;
    private String masked;

    @BeforeEach
    void somebodyWithAnAddress() {
        team = team();
        EnumSet<Permission> scopes = EnumSet.complementOf(EnumSet.of(Permission.PROFILE_CONTACT_READ));
        clear = "Bearer " + token(team.workspace(), team.owner(), EnumSet.allOf(Permission.class), null);
        masked = "Bearer " + token(team.workspace(), team.owner(), scopes, null);
        Role role = CurrentWorkspace.call(
                team.workspace(),
                () -> roles.create(new RoleSettings("All but contact", ""), Preset.ADMIN, scopes, OWNERS));
        owner = browserOf(team.owner());
        other = browserOf(member(team.workspace(), role));
        String key = CurrentWorkspace.call(
                team.workspace(),
                () -> sources.create("Shop", EventSources.Kind.WEB, null).writeKey());
        send(
                key,
                "{\"type\":\"identify\",\"userId\":\"u1\",\"traits\":{\"home\":\"" + SECRET + "\",\"plan\":\"pro\"}}");
        send(
                key,
                "{\"type\":\"track\",\"userId\":\"u1\",\"event\":\"Ordered\",\"properties\":{\"shipTo\":\"" + SECRET
                        + "\",\"phone\":\"" + LANDLINE + "\",\"sum\":3},\"context\":{\"traits\":{\"home\":\"" + SECRET
                        + "\"}}}");
        send(
                key,
                "{\"type\":\"track\",\"userId\":\"u1\",\"event\":\"Ordered\",\"timestamp\":\"never\",\"properties\":{\"shipTo\":\""
                        + SECRET + "\"}}");
        await().atMost(Duration.ofSeconds(20))
                .until(() -> CurrentWorkspace.call(
                        team.workspace(),
                        () -> dictionary.properties("Ordered").size() == 3
                                && dictionary.properties("$identify").size() == 2));
        await().atMost(Duration.ofSeconds(20))
                .until(() -> json(get("/api/v1/profiles", clear)).path("data").size() == 1);
        CurrentWorkspace.run(team.workspace(), () -> {
            dictionary.describeProperty("Ordered", "shipTo", Pii.PERSONAL, "");
            dictionary.describeProperty("$identify", "home", Pii.SENSITIVE, "");
        });
    }

    @Test
    void itIsMaskedOnPagesAndInAnswers() {
        String person = "/people/"
                + json(get("/api/v1/profiles", clear)).at("/data/0/id").asString();
        assertThat(owner.get(person).body()).contains(SECRET, LANDLINE);
        assertThat(owner.get("/quarantine").body()).contains(SECRET);
        for (String path : List.of("/", "/people", person, "/events", "/stream", "/quarantine", "/dictionary")) {
            Answer answer = other.get(path);
            assertThat(answer.status()).as(path).isEqualTo(200);
            assertThat(answer.body()).as(path).doesNotContain(SECRET, LANDLINE);
        }
        String id = person.substring("/people/".length());
        for (String path :
                List.of("/api/v1/profiles", "/api/v1/profiles/" + id, "/api/v1/events", "/api/v1/quarantine")) {
            Answer answer = get(path, masked);
            assertThat(answer.status()).as(path).isEqualTo(200);
            assertThat(answer.body()).as(path).doesNotContain(SECRET, LANDLINE);
        }
        assertThat(get("/api/v1/events", clear).body()).contains(SECRET, LANDLINE);
    }

    @Test
    void nobodySplitsOrCountsByIt() {
        for (String property : List.of("\"shipTo\"", "[\"shipTo\"]", "\"phone\"")) {
            String split = question("\"breakdown\":{\"property\":" + property + "}");
            String filter =
                    question("\"filters\":[{\"property\":" + property + ",\"op\":\"starts_with\",\"value\":\"W\"}]");
            for (String question : List.of(split, filter)) {
                assertThat(ask(question, masked).status()).as(question).isEqualTo(403);
                assertThat(ask(question, clear).status()).as(question).isEqualTo(200);
            }
        }
        String trait = question("\"breakdown\":{\"source\":\"profile\",\"property\":\"home\"}");
        assertThat(ask(trait, clear).body()).contains(SECRET);
        assertThat(ask(trait, masked).status()).isEqualTo(403);
        assertThat(other.get("/insights/properties?of=event&event=Ordered").body())
                .contains("sum")
                .doesNotContain("shipTo");
        assertThat(owner.get("/insights/properties?of=event&event=Ordered").body())
                .contains("shipTo");
        assertThat(other.get("/insights/values?event=Ordered&property=shipTo").body())
                .isEqualTo("[]");
        assertThat(owner.get("/insights/values?event=Ordered&property=shipTo").body())
                .contains(SECRET);
    }

    @Test
    void nobodyFindsPeopleByIt() {
        String id = json(get("/api/v1/profiles", clear)).at("/data/0/id").asString();
        assertThat(owner.get("/people?f=home:starts_with:Will").body()).contains(id);
        assertThat(other.get("/people?f=home:starts_with:Will").body()).doesNotContain(id);
        assertThat(get("/api/v1/profiles?f=home:starts_with:Will", masked).status())
                .isEqualTo(403);
        owner.get("/people");
        owner.post(
                "/views",
                Map.of("page", "people", "name", "The one", "query", "f=home:eq:" + encoded(SECRET), "shared", "true"));
        assertThat(owner.get("/people").body()).contains("The one");
        assertThat(other.get("/people").body()).doesNotContain("The one");
    }

    @Test
    void sqlHasNoSuchColumns() {
        String all = "{\"sql\":\"select * from events\"}";
        assertThat(sql(all, clear).body()).contains(SECRET);
        Answer answer = sql(all, masked);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).doesNotContain(SECRET, LANDLINE);
        assertThat(sql("{\"sql\":\"select * from profiles\"}", masked).body()).doesNotContain(SECRET);
    }

    @Test
    void theAuditLogDoesNotSayWhatWasAskedFor() {
        String asked = question("\"filters\":[{\"property\":\"shipTo\",\"op\":\"eq\",\"value\":\"" + SECRET
                + "\"},{\"property\":\"phone\",\"op\":\"eq\",\"value\":[\"" + LANDLINE + "\"]}]");
        String page = "/insights/"
                + CurrentWorkspace.call(
                        team.workspace(),
                        () -> insights.save(
                                InsightKind.TREND,
                                "Ours",
                                "",
                                asked,
                                team.owner().id()));
        assertThat(owner.get("/audit").body()).contains("Ours").doesNotContain(SECRET, LANDLINE);
        assertThat(owner.get(page).body()).contains(SECRET);
        for (String path : List.of("/insights", "/", page)) {
            assertThat(other.get(path).body()).as(path).doesNotContain(SECRET, LANDLINE);
        }
    }

    @Test
    void nobodySendsToOthersWhatHeMayNotSee() {
        String endpoint = "{\"url\":\"http://127.0.0.1:9/hook\",\"events\":[\"member.invited\"],\"personal\":true}";
        assertThat(webhook("POST", "/api/v1/webhooks", endpoint, masked).status())
                .isEqualTo(403);
        String path = webhook("POST", "/api/v1/webhooks", endpoint, clear)
                .header("Location")
                .orElseThrow();
        assertThat(webhook("PATCH", path, "{\"url\":\"http://127.0.0.1:10/mine\"}", masked)
                        .status())
                .isEqualTo(403);
        assertThat(webhook("PATCH", path, "{\"personal\":false}", masked).status())
                .isEqualTo(200);
        other.get("/webhooks/new");
        Map<String, String> form =
                Map.of("url", "http://127.0.0.1:9/hook", "types", "member.invited", "data", "personal");
        assertThat(other.post("/webhooks", form).status()).isEqualTo(422);
    }

    @Test
    void whatWasSentIsShownMasked() {
        String endpoint = "{\"url\":\"http://127.0.0.1:9/hook\",\"events\":[\"member.invited\"],\"personal\":true}";
        String path = webhook("POST", "/api/v1/webhooks", endpoint, clear)
                .header("Location")
                .orElseThrow();
        owner.get("/members");
        owner.post("/members/invitations", Map.of("mail", "guest-of-hooks@example.com", "role", "viewer"));
        await().atMost(Duration.ofSeconds(20))
                .until(() -> json(get(path + "/deliveries", clear)).path("data").size() > 0);
        String delivery =
                json(get(path + "/deliveries", clear)).at("/data/0/id").asString();
        assertThat(get(path + "/deliveries/" + delivery, clear).body()).contains("guest-of-hooks@");
        assertThat(get(path + "/deliveries/" + delivery, masked).body())
                .contains("g***@example.com")
                .doesNotContain("guest-of-hooks@");
        assertThat(owner.get("/outbound/" + delivery).body()).contains("guest-of-hooks@");
        assertThat(other.get("/outbound/" + delivery).body()).doesNotContain("guest-of-hooks@");
    }

    private Answer webhook(String method, String path, String body, String authorization) {
        return browser().send(method, path, body, "Authorization", authorization, "Content-Type", "application/json");
    }

    private Answer ask(String question, String authorization) {
        return browser()
                .send(
                        "POST",
                        "/api/v1/insights/query",
                        question,
                        "Authorization",
                        authorization,
                        "Content-Type",
                        "application/json");
    }

    private Answer sql(String body, String authorization) {
        return browser()
                .send(
                        "POST",
                        "/api/v1/sql/query",
                        body,
                        "Authorization",
                        authorization,
                        "Content-Type",
                        "application/json");
    }

    private Answer get(String path, String authorization) {
        return browser().get(path, "Authorization", authorization);
    }

    private static String question(String part) {
        return "{\"kind\":\"trend\",\"range\":{\"last\":\"7d\"},\"series\":[{\"event\":\"Ordered\"}]," + part + "}";
    }

    private void send(String key, String body) {
        Answer answer = browser()
                .send(
                        "POST",
                        "/v1/batch",
                        "{\"batch\":[" + body + "]}",
                        "Authorization",
                        "Bearer " + key,
                        "Content-Type",
                        "application/json");
        assertThat(answer.status()).isEqualTo(200);
    }

    private static JsonNode json(Answer answer) {
        return JsonMapper.shared().readTree(answer.body());
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
