package io.opsdeck.web.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.opsdeck.campaign.sample.SampleWorkspace;
import io.opsdeck.core.security.Permission;
import io.opsdeck.core.workspace.WorkspaceId;
import io.opsdeck.web.testing.Browser;
import io.opsdeck.web.testing.Team;
import io.opsdeck.web.testing.WebTest;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The sample, loaded by the running product's own import, says what is known of the retailer's year. */
class SampleTest extends WebTest {

    @Autowired
    SampleWorkspace sample;

    @Autowired
    JsonMapper json;

    @Autowired
    Clock clock;

    @Test
    void theFiguresReadThroughTheApiAreThoseOfTheData() {
        Team team = team();
        WorkspaceId workspace = sample.create(team.owner().id(), ZoneId.of("Asia/Shanghai"), "en");
        String bearer = bearer(workspace, team);
        awaitLoaded(bearer);

        Map<String, Set<String>> targeted = new HashMap<>();
        Set<String> households = new HashSet<>();
        events(bearer, "Campaign Targeted", event -> {
            households.add(event.path("userId").asString());
            targeted.computeIfAbsent(campaign(event), key -> new HashSet<>())
                    .add(event.path("userId").asString());
        });
        assertThat(households).hasSize(1_559);

        int[] redemptions = {0};
        Set<String> redeemers = new HashSet<>();
        Map<String, Set<String>> redeemed = new HashMap<>();
        Map<String, Integer> types = new HashMap<>();
        events(bearer, "Coupon Redeemed", event -> {
            redemptions[0]++;
            redeemers.add(event.path("userId").asString());
            redeemed.computeIfAbsent(campaign(event), key -> new HashSet<>())
                    .add(event.path("userId").asString());
            types.merge(event.path("properties").path("campaign_type").asString(), 1, Integer::sum);
            assertThat(targeted.get(campaign(event)))
                    .contains(event.path("userId").asString());
        });
        assertThat(redemptions[0]).isEqualTo(2_102);
        assertThat(redeemers).hasSize(410);
        assertThat(types).isEqualTo(Map.of("Type A", 1_718, "Type B", 323, "Type C", 61));
        assertThat(size(redeemed, "18")).isEqualTo(214);
        assertThat(size(targeted, "18")).isEqualTo(1_133);
        assertThat(Math.round(10_000.0 * size(redeemed, "13") / size(targeted, "13")))
                .isEqualTo(1_820);

        BigDecimal[] sales = {BigDecimal.ZERO};
        Instant[] last = {Instant.EPOCH};
        int[] lines = {0};
        events(bearer, "Order Completed", event -> {
            JsonNode properties = event.path("properties");
            sales[0] = sales[0].add(properties.path("revenue").decimalValue());
            lines[0] += properties.path("products").size();
            Instant at = Instant.parse(event.path("timestamp").asString());
            last[0] = at.isAfter(last[0]) ? at : last[0];
        });
        assertThat(sales[0].setScale(2, RoundingMode.HALF_UP)).isEqualByComparingTo("233935.24");
        assertThat(lines[0]).isEqualTo(75_000);
        assertThat(Duration.between(last[0], clock.instant())).isBetween(Duration.ZERO, Duration.ofDays(7));

        insightsSayTheSame(bearer);

        Browser browser = browserOf(team.owner());
        browser.get("/");
        browser.post("/preferences/workspace", Map.of("id", workspace.toString()));
        browser.get("/settings");
        assertThat(browser.post("/settings/sample/refresh", Map.of()).status()).isEqualTo(302);
        assertThat(browser().get("/api/v1/jobs", "Authorization", bearer).status())
                .as("the token went with its workspace")
                .isEqualTo(401);
        assertThat(browser.get("/settings").body()).contains("/settings/sample/delete");
        assertThat(browser.post("/settings/sample/delete", Map.of()).status()).isEqualTo(302);
        assertThat(browser.get("/settings").body())
                .contains("\"/settings/sample\"")
                .doesNotContain("/settings/sample/delete");
    }

    private void insightsSayTheSame(String bearer) {
        JsonNode trend = ask(
                bearer,
                "{\"kind\":\"trend\",\"range\":{\"last\":\"500d\"},\"interval\":\"month\",\"series\":["
                        + "{\"event\":\"Order Completed\",\"measure\":\"sum\",\"property\":\"revenue\"},"
                        + "{\"event\":\"Campaign Targeted\",\"measure\":\"unique\"},"
                        + "{\"event\":\"Coupon Redeemed\",\"measure\":\"unique\"},"
                        + "{\"event\":\"Coupon Redeemed\",\"measure\":\"total\"}]}");
        assertThat(trend.at("/series/0/total").decimalValue()).isEqualByComparingTo("233935.24");
        assertThat(trend.at("/series/1/total").asInt()).isEqualTo(1_559);
        assertThat(trend.at("/series/2/total").asInt()).isEqualTo(410);
        assertThat(trend.at("/series/3/total").asInt()).isEqualTo(2_102);
        JsonNode types = ask(
                bearer,
                "{\"kind\":\"trend\",\"range\":{\"last\":\"500d\"},\"interval\":\"month\",\"series\":[{\"event\":\"Coupon Redeemed\"}],"
                        + "\"breakdown\":{\"property\":\"campaign_type\"}}");
        Map<String, Integer> byType = new HashMap<>();
        types.path("series")
                .forEach(line -> byType.put(
                        line.path("breakdown").asString(), line.path("total").asInt()));
        assertThat(byType).isEqualTo(Map.of("Type A", 1_718, "Type B", 323, "Type C", 61));
        JsonNode funnel = ask(
                bearer,
                "{\"kind\":\"funnel\",\"range\":{\"last\":\"500d\"},\"window\":\"366d\",\"interval\":\"month\",\"steps\":["
                        + "{\"event\":\"Campaign Targeted\"},{\"event\":\"Coupon Redeemed\"}]}");
        assertThat(funnel.at("/steps/0/count").asInt()).isEqualTo(1_559);
        assertThat(funnel.at("/steps/1/count").asInt())
                .as("nobody redeems without having been targeted")
                .isEqualTo(410);
    }

    private JsonNode ask(String bearer, String query) {
        var answer = browser()
                .send(
                        "POST",
                        "/api/v1/insights/query",
                        query,
                        "Authorization",
                        bearer,
                        "Content-Type",
                        "application/json");
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return json.readTree(answer.body());
    }

    private static int size(Map<String, Set<String>> sets, String key) {
        return sets.getOrDefault(key, Set.of()).size();
    }

    private static String campaign(JsonNode event) {
        return event.path("properties").path("campaign_id").asString();
    }

    private String bearer(WorkspaceId workspace, Team team) {
        return "Bearer " + token(workspace, team.owner(), EnumSet.allOf(Permission.class), null);
    }

    private void awaitLoaded(String bearer) {
        await().atMost(Duration.ofMinutes(3))
                .pollInterval(Duration.ofMillis(500))
                .until(() -> {
                    JsonNode jobs = json.readTree(browser()
                                    .get("/api/v1/jobs", "Authorization", bearer)
                                    .body())
                            .path("data");
                    for (JsonNode job : jobs) {
                        assertThat(job.path("state").asString())
                                .as(job.toString())
                                .isNotIn("failed", "cancelled");
                        if (job.path("kind").asString().equals("sample")) {
                            return job.path("state").asString().equals("succeeded");
                        }
                    }
                    return false;
                });
    }

    private void events(String bearer, String name, Consumer<JsonNode> each) {
        String cursor = "";
        do {
            JsonNode page = json.readTree(browser()
                    .get("/api/v1/events?limit=200&event=" + name.replace(" ", "%20") + cursor, "Authorization", bearer)
                    .body());
            page.path("data").forEach(each);
            cursor = page.path("next").isNull()
                    ? ""
                    : "&cursor=" + page.path("next").asString();
        } while (!cursor.isEmpty());
    }
}
