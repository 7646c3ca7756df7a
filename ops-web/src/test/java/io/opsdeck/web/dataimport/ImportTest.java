package io.opsdeck.web.dataimport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.opsdeck.analytics.dataimport.ImportId;
import io.opsdeck.analytics.dataimport.Imports;
import io.opsdeck.core.security.Permission;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.web.testing.Answer;
import io.opsdeck.web.testing.Browser;
import io.opsdeck.web.testing.Team;
import io.opsdeck.web.testing.WebTest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dhatim.fastexcel.Workbook;
import org.dhatim.fastexcel.Worksheet;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ImportTest extends WebTest {

    private static final String CSV = "member,what,amount\nm1,Paid,1.50\nm2,Paid,x\n,Paid,2\nm3,Paid,3\n";
    private static final String MAPPING =
            "{\"kind\":\"events\",\"columns\":{\"member\":\"userId\",\"what\":\"event\",\"amount\":\"properties.amount:number\"}}";
    private static final Pattern TOKEN = Pattern.compile("name=\"csrf-token\" content=\"([^\"]+)\"");

    @Autowired
    JsonMapper json;

    @Autowired
    Imports imports;

    @Test
    void aServiceImportsAFileAndReadsWhatBecameOfIt() {
        Team team = team();
        String bearer = "Bearer " + token(team.workspace(), team.owner(), EnumSet.allOf(Permission.class), null);
        Answer started = browser().upload("/api/v1/imports", "orders.csv", CSV, MAPPING, "Authorization", bearer);
        assertThat(started.status()).as(started.body()).isEqualTo(202);
        String job = json.readTree(started.body()).path("id").asString();
        assertThat(started.location()).isEqualTo("/api/v1/jobs/" + job);
        JsonNode ended = ended(job, bearer);
        assertThat(ended.path("state").asString()).isEqualTo("succeeded");
        assertThat(ended.path("done").asInt()).isEqualTo(4);
        assertThat(ended.path("total").asInt()).isEqualTo(4);
        JsonNode result = ended.path("result");
        assertThat(result.path("created").asInt()).isEqualTo(2);
        assertThat(result.path("failed").asInt()).isEqualTo(2);
        Answer errors =
                browser().get(result.path("errorsUrl").asString(), "Authorization", bearer, "Accept-Language", "en");
        assertThat(errors.header("Content-Type")).contains("text/csv;charset=UTF-8");
        assertThat(errors.body())
                .isEqualTo("\uFEFFmember,what,amount,_line,_column,_reason\r\n"
                        + "m2,Paid,x,3,amount,not a number\r\n"
                        + ",Paid,2,4,member,no user id or anonymous id\r\n");
        Answer again = browser().upload("/api/v1/imports", "orders.csv", CSV, MAPPING, "Authorization", bearer);
        JsonNode second =
                ended(json.readTree(again.body()).path("id").asString(), bearer).path("result");
        assertThat(second.path("created").asInt()).isZero();
        assertThat(second.path("skipped").asInt()).isEqualTo(2);
    }

    @Test
    void whatIsWrongWithTheFileOrTheMappingIsSaidWithItsPlace() {
        Team team = team();
        String bearer = "Bearer " + token(team.workspace(), team.owner(), EnumSet.allOf(Permission.class), null);
        Answer answer = browser()
                .upload(
                        "/api/v1/imports",
                        "orders.csv",
                        CSV,
                        MAPPING.replace("\"amount\":", "\"price\":"),
                        "Authorization",
                        bearer);
        assertThat(answer.status()).isEqualTo(422);
        assertThat(json.readTree(answer.body()).at("/errors/0/pointer").asString())
                .isEqualTo("/mapping/columns/price");
        assertThat(browser()
                        .send(
                                "POST",
                                "/api/v1/imports",
                                "{}",
                                "Authorization",
                                bearer,
                                "Content-Type",
                                "application/json")
                        .status())
                .isEqualTo(422);
        assertThat(browser()
                        .upload("/api/v1/imports", "a.csv", "a,b\n", MAPPING, "Authorization", bearer)
                        .status())
                .isEqualTo(422);
    }

    @Test
    void aMemberUploadsMapsRehearsesAndImports() {
        Team team = team();
        Browser browser = browserOf(team.owner());
        browser.get("/imports");
        Answer uploaded = browser.upload("/imports", "orders.csv", CSV, "", "HX-Request", "true");
        String page = uploaded.header("HX-Redirect").orElseThrow(() -> new AssertionError(uploaded.body()));
        assertThat(browser.get(page).body()).contains("orders.csv", "m1 · m2 · m3");
        Map<String, String> form =
                new TreeMap<>(Map.of("kind", "events", "zone", "Asia/Shanghai", "items", "products"));
        Answer incomplete = browser.post(page + "/run", form);
        assertThat(incomplete.status()).isEqualTo(422);
        Answer rehearsal = post(browser, page + "/rehearsal");
        assertThat(rehearsal.status()).as(rehearsal.body()).isEqualTo(302);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> browser.get(page).body().contains("errors.csv"));
        assertThat(browser.get("/events").body()).doesNotContain("Paid");
        assertThat(post(browser, page + "/run").status()).isEqualTo(302);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> browser.get("/events").body().contains("Paid"));
        assertThat(browser.get("/jobs").body()).contains("orders.csv");
        assertThat(browser.get("/jobs/chip").status()).isEqualTo(200);
        assertThat(browser.get(page + "/errors.csv").body()).contains("m2,Paid,x,3,amount");
    }

    @Test
    void aMappingUnderWhichNoRowCanBeTakenIsSaidToBeSo() {
        Browser browser = browserOf(team().owner());
        browser.post("/preferences/language", Map.of("lang", "en"));
        browser.get("/imports");
        String page = browser.upload("/imports", "late.csv", "who,when\nm1,soon\nm2,later\n", "", "HX-Request", "true")
                .header("HX-Redirect")
                .orElseThrow();
        browser.get(page);
        String form = "kind=events&event=Paid&groupBy=&items=products&zone=UTC&timeFormat="
                + "&place=userId&name=&type=auto&sum=&place=timestamp&name=&type=auto&sum=";
        assertThat(browser.postForm(page + "/preview", form.replace("place=timestamp", "place="))
                        .body())
                .contains("&quot;Paid&quot;")
                .doesNotContain("None of the first rows");
        assertThat(browser.postForm(page + "/preview", form).body()).contains("None of the first rows can be taken");
        assertThat(browser.postForm(page + "/rehearsal", form).status()).isEqualTo(302);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> browser.get(page).body().contains("Not a single row would be taken"));
    }

    @Test
    void aMemberChoosesTheSheetOfAWorkbook() throws IOException {
        Team team = team();
        var book = new ByteArrayOutputStream();
        try (var workbook = new Workbook(book, "Test", "1.0")) {
            for (String name : List.of("January", "February")) {
                Worksheet sheet = workbook.newWorksheet(name);
                sheet.value(0, 0, "member");
                sheet.value(1, 0, "of " + name);
            }
            workbook.newWorksheet("empty");
            workbook.finish();
        }
        ImportId id = CurrentWorkspace.call(team.workspace(), () -> {
            try {
                return imports.upload("year.xlsx", new ByteArrayInputStream(book.toByteArray()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        Browser browser = browserOf(team.owner());
        browser.post("/preferences/language", Map.of("lang", "en"));
        String page = "/imports/" + id;
        assertThat(browser.get(page).body()).contains("1 rows, 1 columns, January", "of January");
        assertThat(browser.post(page + "/sheet", Map.of("sheet", "February")).location())
                .isEqualTo(page);
        assertThat(browser.get(page).body()).contains("of February").doesNotContain("of January");
        Answer refused = browser.post(page + "/sheet", Map.of("sheet", "empty"));
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.body()).contains("The file has no rows below its header.", "of February");
    }

    private static Answer post(Browser browser, String path) {
        String page = browser.get(path.substring(0, path.lastIndexOf('/'))).body();
        Matcher token = TOKEN.matcher(page);
        assertThat(token.find()).isTrue();
        String form = "kind=events&event=&groupBy=&items=products&zone=UTC&timeFormat="
                + "&place=userId&name=member&type=auto&sum=&place=event&name=what&type=auto&sum="
                + "&place=properties&name=amount&type=number&sum=";
        return browser.send(
                "POST",
                path,
                form,
                "Content-Type",
                "application/x-www-form-urlencoded",
                "X-CSRF-TOKEN",
                token.group(1));
    }

    private JsonNode ended(String job, String bearer) {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> !job(job, bearer).path("finishedAt").isNull());
        return job(job, bearer);
    }

    private JsonNode job(String job, String bearer) {
        return json.readTree(
                browser().get("/api/v1/jobs/" + job, "Authorization", bearer).body());
    }
}
