package io.opsdeck.web.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import io.opsdeck.core.export.ExportSource;
import io.opsdeck.core.security.Permission;
import io.opsdeck.core.security.Role;
import io.opsdeck.web.testing.Answer;
import io.opsdeck.web.testing.Browser;
import io.opsdeck.web.testing.Scene;
import io.opsdeck.web.testing.Team;
import io.opsdeck.web.testing.WebTest;
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

class ExportPagesTest extends WebTest {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Pattern EXPORT = Pattern.compile("/exports/([0-9a-f-]{36})");

    @Autowired
    List<ExportSource> sources;

    @Autowired
    JsonMapper json;

    @Test
    void everyListThatOffersItComesAsAFileWithItsColumns() {
        Team team = team();
        Browser owner = browserOf(team.owner());
        Scene.of(owner, false);
        assertThat(sources).hasSizeGreaterThan(7);
        for (ExportSource source : sources) {
            String page = owner.get("/" + source.key()).body();
            assertThat(page).as(source.key()).contains("/exports/new?list=" + source.key());
            String form = owner.get("/exports/new?list=" + source.key()).body();
            assertThat(form).as(source.key()).contains("name=\"columns\"").doesNotContain("??");
            List<CsvRecord> rows = rows(owner, export(owner, Map.of("list", source.key(), "format", "csv")));
            assertThat(rows).as(source.key()).hasSizeGreaterThan(1);
            assertThat(rows)
                    .as(source.key())
                    .allMatch(row -> row.getFieldCount() == source.columns().size());
            String workbook = export(owner, Map.of("list", source.key(), "format", "xlsx"));
            assertThat(owner.get(workbook + "/file").body()).as(source.key()).startsWith("PK");
        }
    }

    @Test
    void theFileHoldsWhatTheListShows() {
        Team team = team();
        Browser owner = browserOf(team.owner());
        Scene.of(owner, false);
        List<CsvRecord> events = rows(
                owner, export(owner, Map.of("list", "events", "query", "event=Order+Completed", "columns", "event")));
        assertThat(events).hasSize(21);
        assertThat(events.get(0).getFields()).containsExactly("事件");
        assertThat(events.subList(1, 21)).allMatch(row -> row.getField(0).equals("Order Completed"));

        Answer dialog = owner.get(
                "/exports/new?list=people&query=who%3Danonymous",
                "HX-Request", "true", "HX-Current-URL", base() + "/people?q=lin.yue&cursor=x");
        assertThat(dialog.body())
                .contains("value=\"q=lin.yue\"")
                .doesNotContain("anonymous")
                .doesNotContain("<html");
    }

    @Test
    void whoSeesContactDataMaskedGetsItMasked() {
        Team team = team();
        Browser owner = browserOf(team.owner());
        Scene.of(owner, false);
        Map<String, String> wish = Map.of("list", "people", "query", "q=林悦", "columns", "email");
        assertThat(rows(owner, export(owner, wish)).get(1).getField(0)).isEqualTo("lin.yue@example.com");
        Browser analyst = browserOf(member(team.workspace(), Role.ANALYST));
        String masked = export(analyst, wish);
        assertThat(rows(analyst, masked).get(1).getField(0)).isEqualTo("l***@example.com");
        assertThat(owner.get(masked).status()).isEqualTo(404);
        assertThat(owner.get(masked + "/file").status()).isEqualTo(404);
        Browser viewer = browserOf(member(team.workspace(), Role.VIEWER));
        assertThat(viewer.get("/events").body()).doesNotContain("/exports/new");
        assertThat(viewer.get("/exports/new?list=events").status()).isEqualTo(403);
    }

    @Test
    void otherServicesExportByATokenWithinItsScopes() {
        Team team = team();
        Scene.of(browserOf(team.owner()), false);
        String token = bearer(team, EnumSet.of(Permission.EXPORT_RUN, Permission.PROFILE_READ, Permission.JOB_READ));
        Answer started = call("POST", "/api/v1/exports", """
                {"list": "people", "filter": "q=林悦", "columns": ["email", "events"]}""", token);
        assertThat(started.status()).isEqualTo(202);
        String where = started.location();
        assertThat(where).startsWith("/api/v1/jobs/");
        await().atMost(LONG).until(() -> job(where, token).path("state").asString(), "succeeded"::equals);
        JsonNode result = job(where, token).path("result");
        assertThat(result.path("rows").asInt()).isEqualTo(1);
        Answer file = call("GET", result.path("fileUrl").asString(), "", token);
        assertThat(file.status()).isEqualTo(200);
        assertThat(file.header("Content-Type")).contains("text/csv;charset=UTF-8");
        assertThat(file.body()).startsWith("\uFEFFemail,events\r\nl***@example.com,");

        String narrow = bearer(team, EnumSet.of(Permission.EXPORT_RUN));
        assertThat(call("POST", "/api/v1/exports", "{\"list\":\"people\"}", narrow)
                        .status())
                .isEqualTo(403);
        assertThat(call("GET", result.path("fileUrl").asString(), "", narrow).status())
                .isEqualTo(403);
        assertThat(call("POST", "/api/v1/exports", "{\"list\":\"people\",\"columns\":[\"x\"]}", token)
                        .body())
                .contains("export_column_unknown")
                .contains("/columns");
        assertThat(call("POST", "/api/v1/exports", "{\"list\":\"people\",\"filter\":\"sort=x\"}", token)
                        .status())
                .isEqualTo(422);
    }

    private String bearer(Team team, EnumSet<Permission> scopes) {
        return "Bearer " + token(team.workspace(), team.owner(), scopes, null);
    }

    private Answer call(String method, String path, String body, String token) {
        return browser().send(method, path, body, "Authorization", token, "Content-Type", "application/json");
    }

    private JsonNode job(String path, String token) {
        return json.readTree(call("GET", path, "", token).body());
    }

    /** Wishes for a file in the dialog and waits until its button is there. */
    private static String export(Browser browser, Map<String, String> wish) {
        browser.get("/");
        Answer started = browser.post("/exports", wish, "HX-Request", "true");
        Matcher found = EXPORT.matcher(started.body());
        assertThat(found.find()).as(started.body()).isTrue();
        String path = "/exports/" + found.group(1);
        await().atMost(LONG)
                .until(() -> browser.get(path, "HX-Request", "true").body().contains(path + "/file"));
        return path;
    }

    private static List<CsvRecord> rows(Browser browser, String export) {
        Answer file = browser.get(export + "/file");
        assertThat(file.header("Content-Disposition").orElse("")).startsWith("attachment; filename=");
        return CsvReader.builder().ofCsvRecord(file.body().substring(1)).stream()
                .toList();
    }
}
