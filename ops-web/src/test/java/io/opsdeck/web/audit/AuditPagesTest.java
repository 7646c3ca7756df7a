package io.opsdeck.web.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.opsdeck.core.security.Permission;
import io.opsdeck.core.security.Role;
import io.opsdeck.web.testing.Answer;
import io.opsdeck.web.testing.Browser;
import io.opsdeck.web.testing.Team;
import io.opsdeck.web.testing.WebTest;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Value;

class AuditPagesTest extends WebTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    @Value("${opsdeck.database.url}")
    private String url = "";

    @Value("${opsdeck.database.user}")
    private String user = "";

    @Value("${opsdeck.database.password}")
    private String password = "";

    @Test
    void filtersStandInTheAddressAndInTheForm() {
        Team team = team();
        Browser owner = browserOf(team.owner());
        owner.post("/preferences/language", Map.of("lang", "en"));
        owner.get("/sources");
        owner.post("/sources", Map.of("name", "Web shop", "kind", "WEB"));
        owner.post("/members/invitations", Map.of("mail", "new@example.com", "role", "viewer"));

        assertThat(rows(owner.get("/audit?kind=source"))).contains("Web shop").doesNotContain("new@example.com");
        assertThat(rows(owner.get("/audit?kind=member.invited")))
                .contains("new@example.com")
                .doesNotContain("Web shop");
        String page = owner.get("/audit?kind=member.invited").body();
        assertThat(page).contains("value=\"member.invited\" selected").contains("<optgroup label=\"Members\">");
        assertThat(rows(owner.get("/audit?actor=nobody"))).contains("Nothing matches");
        assertThat(rows(owner.get("/audit?to=2020-01-01"))).contains("Nothing matches");
        assertThat(rows(owner.get("/audit?from=2020-01-01&actor=Owner"))).contains("Web shop");
        assertThat(rows(owner.get("/audit?failed=true"))).doesNotContain("Web shop");
        assertThat(owner.get("/audit?from=yesterday").status()).isEqualTo(422);
        assertThat(owner.get("/audit?object=x").status()).isEqualTo(422);
        assertThat(owner.get("/audit?kind=source&from=2020-01-01&failed=true").body())
                .contains("From: 2020-01-01")
                .contains("Only failures");
    }

    @Test
    void anEntryLeadsToItsObjectAndToAllThatIsKnownOfIt() {
        Team team = team();
        Browser owner = browserOf(team.owner());
        owner.get("/sources");
        String source = owner.post("/sources", Map.of("name", "Web shop", "kind", "WEB"))
                .body();
        Matcher id = Pattern.compile("/sources/([0-9a-f-]{36})/rename").matcher(source);
        assertThat(id.find()).isTrue();
        owner.post("/sources/" + id.group(1) + "/rename", Map.of("name", "Shop on the web"));

        String rows = rows(owner.get("/audit?object=source:" + id.group(1)));
        assertThat(rows).contains("Web shop").contains("Shop on the web").contains("<ins>Shop on the web</ins>");
        assertThat(owner.get("/audit/object?object=source:" + id.group(1)).location())
                .isEqualTo("/sources/" + id.group(1));
        String gone = "insight:01900000-0000-7000-8000-000000000000";
        assertThat(owner.get("/audit/object?object=" + gone).location()).startsWith("/audit?object=insight");
        assertThat(owner.get("/audit/object?object=source:not-an-id").location())
                .startsWith("/audit?object=source");
    }

    @Test
    void aBrokenChainIsNamedOnThePageAndOverRest() throws Exception {
        Team team = team();
        Browser owner = browserOf(team.owner());
        owner.post("/preferences/language", Map.of("lang", "en"));
        owner.get("/sources");
        for (int i = 0; i < 3; i++) {
            owner.post("/sources", Map.of("name", "Shop " + i, "kind", "WEB"));
        }
        await().atMost(LONG).until(() -> owner.get("/audit").body().contains("6 entries are linked"));
        assertThat(owner.get("/audit").body()).contains("Not verified yet");
        verify(owner);
        await().atMost(LONG).until(() -> owner.get("/audit").body().contains("Intact up to entry 6"));

        asOwner("update core.audit_entry e set object_name = 'Shop X' from core.audit_link l where l.entry_id = e.id"
                + " and l.position = 3 and l.workspace_id = '" + team.workspace() + "'");
        verify(owner);
        await().atMost(LONG).until(() -> owner.get("/audit").body().contains("Entry 3 was changed in the database"));

        String token = token(team.workspace(), team.owner(), EnumSet.of(Permission.AUDIT_READ), null);
        Answer chain = browser().send("GET", "/api/v1/audit/chain", "", "Authorization", "Bearer " + token);
        assertThat(chain.body())
                .contains("\"intact\":false")
                .contains("\"intactTo\":2")
                .contains("\"kind\":\"changed\"")
                .contains("\"position\":3");
    }

    @Test
    void restGivesTheSameFiltersPageByPage() {
        Team team = team();
        Browser owner = browserOf(team.owner());
        owner.get("/sources");
        for (int i = 0; i < 3; i++) {
            owner.post("/sources", Map.of("name", "Shop " + i, "kind", "WEB"));
        }
        String token = token(team.workspace(), team.owner(), EnumSet.of(Permission.AUDIT_READ), null);
        Answer first = api(token, "?action=source.created&limit=2");
        assertThat(first.body())
                .contains("\"action\":\"source.created\"")
                .contains("\"name\":\"Shop 2\"")
                .contains("\"kind\":\"member\"")
                .contains("\"after\":{\"kind\":\"WEB\"}")
                .doesNotContain("Shop 0");
        Matcher next = Pattern.compile("\"next\":\"([^\"]+)\"").matcher(first.body());
        assertThat(next.find()).isTrue();
        assertThat(api(token, "?action=source.created&limit=2&cursor=" + next.group(1))
                        .body())
                .contains("Shop 0")
                .contains("\"next\":null");
        assertThat(api(token, "?from=2999-01-01T00:00:00Z").body()).contains("\"data\":[]");
        assertThat(api(token, "?from=soon").status()).isEqualTo(422);
        String blind = token(team.workspace(), team.owner(), EnumSet.of(Permission.JOB_READ), null);
        assertThat(api(blind, "").status()).isEqualTo(403);
    }

    @Test
    void theTrailIsExportedAsItIsFiltered() {
        Team team = team();
        Browser owner = browserOf(team.owner());
        owner.get("/sources");
        owner.post("/sources", Map.of("name", "=1+1", "kind", "WEB"));
        assertThat(owner.get("/audit?kind=source").body()).contains("/exports/new");
        String token = "Bearer "
                + token(
                        team.workspace(),
                        team.owner(),
                        EnumSet.of(Permission.EXPORT_RUN, Permission.AUDIT_READ, Permission.JOB_READ),
                        null);
        String job = browser()
                .send(
                        "POST",
                        "/api/v1/exports",
                        "{\"list\":\"audit\",\"filter\":\"kind=source\"}",
                        "Authorization",
                        token,
                        "Content-Type",
                        "application/json")
                .location();
        Pattern made = Pattern.compile("\"fileUrl\":\"([^\"]+)\"");
        await().atMost(LONG)
                .until(() -> made.matcher(
                                browser().get(job, "Authorization", token).body())
                        .find());
        Matcher file = made.matcher(browser().get(job, "Authorization", token).body());
        assertThat(file.find()).isTrue();
        assertThat(browser().get(file.group(1), "Authorization", token).body())
                .contains("source.created")
                .contains("'=1+1")
                .doesNotContain("member.joined");
    }

    @Test
    void onlyWhoMayReadTheTrailHasItVerified() {
        Browser viewer = browserOf(member(team().workspace(), Role.VIEWER));
        viewer.get("/");
        assertThat(viewer.post("/audit/verify", Map.of()).status()).isEqualTo(403);
    }

    private static void verify(Browser owner) {
        assertThat(owner.post("/audit/verify", Map.of()).location()).startsWith("/jobs/");
    }

    private Answer api(String token, String query) {
        return browser().send("GET", "/api/v1/audit" + query, "", "Authorization", "Bearer " + token);
    }

    private static String rows(Answer page) {
        assertThat(page.status()).isEqualTo(200);
        int begin = page.body().indexOf("<tbody id=\"rows\">");
        return page.body().substring(begin, page.body().indexOf("</tbody>", begin));
    }

    private void asOwner(String sql) throws SQLException {
        try (var connection = DriverManager.getConnection(url, user, password);
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
