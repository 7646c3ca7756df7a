package io.opsdeck.web.workbench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Page;
import io.opsdeck.analytics.event.EventSources;
import io.opsdeck.core.security.Permission;
import io.opsdeck.core.security.Role;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.web.testing.Answer;
import io.opsdeck.web.testing.Browser;
import io.opsdeck.web.testing.Chromium;
import io.opsdeck.web.testing.Scene;
import io.opsdeck.web.testing.Team;
import io.opsdeck.web.testing.WebTest;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** SQL from the screen and from other services. */
class SqlTest extends WebTest {

    private static final String PAID = "select event, sum(total) paid from events where total >= {{least}} group by 1";

    @Autowired
    private EventSources sources;

    @Autowired
    private JsonMapper json;

    private Team team;
    private Browser owner;

    @BeforeEach
    void aShop() {
        team = team();
        owner = browserOf(team.owner());
        String key = CurrentWorkspace.call(
                team.workspace(),
                () -> sources.create("Shop", EventSources.Kind.WEB, null).writeKey());
        for (int total : new int[] {5, 20, 22}) {
            owner.send(
                    "POST",
                    "/v1/track",
                    "{\"event\":\"=Paid\",\"userId\":\"u\",\"properties\":{\"total\":" + total
                            + ",\"email\":\"li@example.com\"}}",
                    "Content-Type",
                    "application/json",
                    "Authorization",
                    "Bearer " + key);
        }
        await().atMost(Duration.ofSeconds(20))
                .until(() -> run(Map.of("sql", "select count(*) as n from events"))
                        .body()
                        .contains(">3<"));
    }

    private Answer run(Map<String, String> fields) {
        return owner.post("/sql/run", fields, "HX-Request", "true");
    }

    @Test
    void aStatementRunsWithItsParametersIsKeptAndGoesIntoAFile() throws IOException {
        Scene scene = Scene.of(owner, true);
        try (Chromium chromium = Chromium.open(new com.microsoft.playwright.Browser.NewContextOptions()
                .setLocale("en")
                .setBaseURL(base()))) {
            scene.lend(chromium, base(), "light");
            Page page = chromium.page();
            page.navigate("/sql");
            page.locator(".columns dt >> text=email").waitFor();
            page.locator("#sql").press("Control+Enter");
            page.locator("#answer td >> text==Paid").waitFor();
            page.locator("#sql").fill(PAID);
            page.getByLabel("least").fill("10");
            page.locator("#run").click();
            page.locator("#answer td >> text=42").waitFor();
            Download file = page.waitForDownload(
                    () -> page.locator("button[formaction$='/sql/file']").click());
            assertThat(Files.readString(file.path())).isEqualTo("\uFEFFevent,paid\r\n'=Paid,42\r\n");
            page.locator("details.more summary").click();
            page.locator("#name").fill("大额订单");
            page.locator("details.more .btn").first().click();
            page.waitForURL("**/sql/*-*");
            assertThat(page.locator(".kept [aria-current=page]").innerText()).isEqualTo("大额订单");
            assertThat(page.locator("#sql").inputValue()).isEqualTo(PAID);
        }
        assertThat(owner.get("/audit").body()).contains("大额订单");
        assertThat(owner.post("/sql", Map.of("name", "大额订单", "sql", "select 2")).status())
                .isEqualTo(422);
    }

    @Test
    void aMistakeIsNamedAndNothingIsLost() {
        Answer wrong = run(Map.of("sql", "select * frm events"));
        assertThat(wrong.status()).isEqualTo(422);
        assertThat(wrong.body()).contains("line 1").contains("syntax error");
        assertThat(run(Map.of("sql", "select * from delta")).body())
                .contains("events")
                .contains("profiles");
        assertThat(run(Map.of("sql", PAID)).body()).contains("least");
        Answer page = owner.post("/sql/file", Map.of("sql", "select * from <b>"));
        assertThat(page.status()).isEqualTo(422);
        assertThat(page.body()).contains("select * from &lt;b&gt;");
    }

    @Test
    void whoMayNotSeeContactDataAsksWithoutIt() {
        Browser analyst = browserOf(member(team.workspace(), Role.ANALYST));
        assertThat(analyst.get("/sql/tables").body()).contains("total").doesNotContain(">email<");
        assertThat(owner.get("/sql/tables").body()).contains("total").contains(">email<");
        assertThat(analyst.post("/sql/run", Map.of("sql", "select * from events"), "HX-Request", "true")
                        .body())
                .contains("=Paid")
                .doesNotContain("li@example.com");
        assertThat(browserOf(member(team.workspace(), Role.OPERATOR))
                        .get("/sql")
                        .status())
                .isEqualTo(403);
    }

    @Test
    void anotherServiceAsksToo() {
        String bearer = "Bearer " + token(team.workspace(), team.owner(), EnumSet.of(Permission.SQL_RUN), null);
        Answer answer = ask("{\"sql\":\"" + PAID + "\",\"parameters\":{\"least\":\"10\"}}", bearer);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        JsonNode body = json.readTree(answer.body());
        assertThat(body.at("/columns/1/name").asString()).isEqualTo("paid");
        assertThat(body.path("rows").toString()).isEqualTo("[[\"=Paid\",42.0]]");
        assertThat(body.path("more").asBoolean()).isFalse();
        Answer wrong = ask("{\"sql\":\"drop table delta\"}", bearer);
        assertThat(wrong.status()).isEqualTo(422);
        assertThat(json.readTree(wrong.body()).at("/errors/0/pointer").asString())
                .isEqualTo("/sql");
        assertThat(ask("{\"sql\":\"select 1\",\"limit\":0}", bearer).status()).isEqualTo(422);
        assertThat(ask("{}", bearer).status()).isEqualTo(422);
        String blind = "Bearer " + token(team.workspace(), team.owner(), Set.of(Permission.EVENT_READ), null);
        assertThat(ask("{\"sql\":\"select 1\"}", blind).status()).isEqualTo(403);
    }

    private Answer ask(String body, String bearer) {
        return new Browser(base())
                .send("POST", "/api/v1/sql/query", body, "Content-Type", "application/json", "Authorization", bearer);
    }
}
