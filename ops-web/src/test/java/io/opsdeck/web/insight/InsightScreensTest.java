package io.opsdeck.web.insight;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import io.opsdeck.analytics.event.EventSources;
import io.opsdeck.core.security.Role;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.web.testing.Answer;
import io.opsdeck.web.testing.Browser;
import io.opsdeck.web.testing.Chromium;
import io.opsdeck.web.testing.Scene;
import io.opsdeck.web.testing.Team;
import io.opsdeck.web.testing.WebTest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Insights as members build, keep and share them on the screen. */
class InsightScreensTest extends WebTest {

    private static final String TREND =
            "{\"kind\":\"trend\",\"range\":{\"last\":\"30d\"},\"interval\":\"day\",\"series\":[{\"event\":\"Viewed\"}],"
                    + "\"breakdown\":{\"property\":\"plan\"}}";

    @Autowired
    EventSources sources;

    @Autowired
    Clock clock;

    @Test
    void everyKindIsBuiltOnTheScreenAndLeadsToPeople() {
        Team team = shop();
        Browser owner = browserOf(team.owner());
        owner.post("/preferences/language", Map.of("lang", "en"));
        try (Chromium chromium = Chromium.open(base(), "en")) {
            Scene.of(owner, true).lend(chromium, base(), "light");
            Page page = chromium.page();
            page.navigate("/insights");
            page.locator(".kinds a").first().click();
            assertThat(page.locator(".says")).containsText("Number of “Viewed”, per day, in the last 30 days.");

            page.waitForLoadState();
            page.locator("[name='series.0.measure']").selectOption("unique");
            assertThat(page).hasURL(Pattern.compile("series\\.0\\.measure=unique"));
            assertThat(page.locator(".says")).containsText("Number of people with “Viewed”");
            page.locator("[id='breakdown.property'] + .ts-wrapper .ts-control").click();
            page.locator(".ts-dropdown [data-value=plan]").first().click();
            assertThat(page.locator(".says")).containsText("Split by plan");
            assertThat(page.locator(".kpi")).hasText(new String[] {"free1", "pro1"});
            assertThat(page).hasURL(Pattern.compile("breakdown\\.property=plan"));
            page.navigate("/insights/new?kind=trend&series.0.event=Viewed&series.0.measure=unique");
            assertThat(page.locator(".kpi")).hasText("Viewed · people2");
            behind(page, rows(page).first().locator("a"), "u1", "u2");

            page.navigate("/insights/new?kind=funnel");
            assertThat(rows(page).nth(1)).containsText("50.0%");
            behind(page, rows(page).nth(1).locator("a").nth(1), "u2");
            page.locator("button[name=add][value=steps]").click();
            assertThat(page.locator("[name='steps.2.any.0.event']")).hasCount(1);
            page.locator("button[name=remove][value='steps.2']").click();
            assertThat(page.locator("[name='steps.2.any.0.event']")).hasCount(0);

            page.navigate("/insights/new?kind=retention&start.event=Viewed&return.event=Paid&range.last=7d");
            behind(page, page.locator("table.nums td:nth-child(2) a").first(), "u1", "u2");
            page.navigate("/insights/new?kind=lifecycle&matcher.event=Paid&range.last=7d");
            behind(page, page.locator("table.nums a").first(), "u1");
            page.navigate("/insights/new?kind=stickiness&matcher.event=Viewed&range.last=7d");
            behind(page, rows(page).first().locator("a"), "u1", "u2");
            page.navigate("/insights/new?kind=paths&gap=30d");
            behind(page, rows(page).first().locator("a"), "u1");
            page.navigate(
                    "/insights/new?kind=attribution&conversion.event=Paid&touches.0.event=Viewed&touchProperty=plan");
            behind(page, rows(page).first().locator("a"), "u1");
            assertThat(chromium.complaints()).as("console of the browser").isEmpty();
        }
    }

    @Test
    void traitsAndRulesOnPeopleAreChosenOnTheScreen() {
        Team team = shop();
        String key = key(team);
        identify(key, "u1", "{\"tier\":\"gold\",\"email\":\"u1@example.com\"}");
        Browser owner = browserOf(team.owner());
        owner.post("/preferences/language", Map.of("lang", "en"));
        await().atMost(Duration.ofSeconds(20))
                .until(() -> owner.get("/insights/properties?of=all").body().contains("\"profile:tier\""));
        assertThat(owner.get("/insights/properties?of=all").body())
                .contains("{\"value\":\"plan\",\"text\":\"plan\",\"count\":3,\"group\":\"event\"}")
                .contains("{\"value\":\"profile:tier\",\"text\":\"tier\",\"count\":1,\"group\":\"profile\"}")
                .contains("profile:email");
        assertThat(owner.get("/insights/values?property=profile:tier").body()).contains("\"gold\",\"count\":1");
        Browser viewer = browserOf(member(team.workspace(), Role.VIEWER));
        assertThat(viewer.get("/insights/properties?of=all").body())
                .contains("profile:tier")
                .doesNotContain("email");
        assertThat(viewer.get("/insights/new?kind=trend&series.0.event=Viewed&breakdown.property=profile:email")
                        .status())
                .isEqualTo(422);
        try (Chromium chromium = Chromium.open(base(), "en")) {
            Scene.of(owner, true).lend(chromium, base(), "light");
            Page page = chromium.page();
            page.navigate("/insights/new?kind=trend&series.0.event=Viewed&series.0.measure=unique");
            page.locator("[id='breakdown.property'] + .ts-wrapper .ts-control").click();
            assertThat(page.locator("[id='breakdown.property'] + .ts-wrapper .optgroup-header"))
                    .hasText(new String[] {"Properties of the event", "Traits of the profile"});
            page.locator(".ts-dropdown [data-value='profile:tier']").first().click();
            assertThat(page.locator(".says")).containsText("Split by tier (profile)");
            assertThat(page.locator(".kpi")).hasText(new String[] {"(none)1", "gold1"});
            assertThat(page).hasURL(Pattern.compile("breakdown\\.property=profile:tier"));

            page.locator("button[name=add][value='people.trait']").click();
            assertThat(page.locator("[id='people.all.0.trait'] + .ts-wrapper input"))
                    .isFocused();
            page.locator("[id='people.all.0.trait'] + .ts-wrapper .ts-dropdown [data-value=tier]")
                    .click();
            assertThat(page.locator("[id='people.all.0.value']"))
                    .hasAttribute("data-suggest", Pattern.compile("property=profile:tier$"));
            assertThat(page.locator("[id='people.all.0.trait'] + .ts-wrapper input"))
                    .isFocused();
            assertThat(page.locator(".ts-dropdown").filter(new Locator.FilterOptions().setVisible(true)))
                    .hasCount(0);
            page.locator("[id='people.all.0.value'] + .ts-wrapper .ts-control").click();
            page.locator("[id='people.all.0.value'] + .ts-wrapper .ts-dropdown [data-value=gold]")
                    .click();
            assertThat(page.locator(".says")).containsText("Only people whose tier is gold.");
            assertThat(page.locator(".kpi")).hasText("gold1");

            page.locator("button[name=add][value='people.event']").click();
            assertThat(page.locator("[id='people.all.1.event'] + .ts-wrapper input"))
                    .isFocused();
            page.locator("[id='people.all.1.event'] + .ts-wrapper .ts-dropdown [data-value=Paid]")
                    .click();
            assertThat(page.locator(".says")).containsText("whose tier is gold and who did “Paid”.");
            page.locator("[name='people.all.1.times.op']").selectOption("none");
            assertThat(page.locator(".says")).containsText("and who did not do “Paid”.");
            assertThat(page.locator(".outcome")).containsText("Nothing found");
            page.locator("[name='people.match']").selectOption("any");
            assertThat(page.locator(".says")).containsText("whose tier is gold or who did not do “Paid”.");
            page.locator("button[name=remove][value='people.any.0']").click();
            assertThat(page.locator(".says")).containsText("Only people who did not do “Paid”.");

            page.locator("[name='range.last']").selectOption("1 complete month");
            assertThat(page).hasURL(Pattern.compile("range\\.last=1\\+complete\\+month"));
            assertThat(page.locator(".says")).containsText("last month");
            page.locator("[name='range.last']").selectOption("");
            assertThat(page.locator("[name='range.from']")).hasValue(Pattern.compile("\\d{4}-\\d\\d-01"));
            assertThat(chromium.complaints()).as("console of the browser").isEmpty();
        }
    }

    @Test
    void backLeadsToTheQuestionBefore() {
        Team team = shop();
        Browser owner = browserOf(team.owner());
        owner.post("/preferences/language", Map.of("lang", "en"));
        try (Chromium chromium = Chromium.open(base(), "en")) {
            Scene.of(owner, true).lend(chromium, base(), "light");
            Page page = chromium.page();
            page.navigate("/insights/new?kind=trend&series.0.event=Viewed");
            page.locator("[name='series.0.measure']").selectOption("unique");
            assertThat(page).hasURL(Pattern.compile("series\\.0\\.measure=unique"));
            page.locator("[id='breakdown.property'] + .ts-wrapper .ts-control").click();
            page.locator(".ts-dropdown [data-value=plan]").first().click();
            assertThat(page.locator(".kpi")).hasText(new String[] {"free1", "pro1"});
            assertThat(page).hasURL(Pattern.compile("breakdown\\.property=plan"));

            page.goBack();
            assertThat(page).not().hasURL(Pattern.compile("breakdown"));
            assertThat(page.locator(".says")).containsText("Number of people with “Viewed”");
            assertThat(page.locator(".says")).not().containsText("Split by");
            assertThat(page.locator(".kpi")).hasText("Viewed · people2");
            assertThat(page.locator("[name='breakdown.property']")).hasValue("");
            assertThat(page.locator("[name='series.0.measure']")).hasValue("unique");
            page.goBack();
            assertThat(page.locator(".says")).containsText("Number of “Viewed”");
            assertThat(page.locator("[name='series.0.measure']")).hasValue("total");
            assertThat(page.locator(".ts-wrapper").first()).isVisible();
            page.goForward();
            assertThat(page.locator("[name='series.0.measure']")).hasValue("unique");
            page.waitForLoadState();
            page.keyboard().press("Control+k");
            assertThat(page.locator("#palette")).isVisible();
            assertThat(chromium.complaints()).as("console of the browser").isEmpty();
        }
    }

    @Test
    void whatIsWrongStandsAtItsField() {
        Team team = team();
        Browser owner = browserOf(team.owner());
        owner.post("/preferences/language", Map.of("lang", "en"));
        assertThat(owner.get("/insights/new?kind=paths").body())
                .contains("No events have arrived yet")
                .contains("href=\"/sources\"");
        Answer wrong = owner.get("/insights/new?kind=funnel&steps.0.any.0.event=Viewed&window=0d");
        assertThat(wrong.status()).isEqualTo(422);
        assertThat(wrong.body()).contains("id=\"window-error\"").contains("“0d” is not possible here.");
        Answer open = owner.get("/insights/new?kind=trend&series.0.event=Viewed&series.0.measure=sum");
        assertThat(open.status()).as("unfinished is not wrong").isEqualTo(200);
        assertThat(open.body()).contains("id=\"series.0.property-error\"");
        Answer unknown = owner.get("/insights/new?kind=trend&series.0.event=Never+Seen");
        assertThat(unknown.body()).contains("Not known here: “Never Seen”");
    }

    @Test
    void anInsightIsKeptSharedAndTakenBack() {
        Team team = shop();
        Browser owner = browserOf(team.owner());
        owner.get("/insights/new?kind=trend");
        String place = owner.post("/insights", Map.of("name", "Views by plan", "query", TREND))
                .location()
                .replaceAll("[?].*", "");
        assertThat(owner.get("/insights").body()).contains("Views by plan");
        assertThat(owner.post(place + "/pin", Map.of()).status()).isEqualTo(302);
        Browser viewer = browserOf(member(team.workspace(), Role.VIEWER));
        assertThat(viewer.get("/").body()).contains(place + "/tile");
        assertThat(viewer.get(place + "/tile", "HX-Request", "true").body()).contains("Views by plan");
        assertThat(viewer.get(place).body()).doesNotContain("/delete");
        assertThat(viewer.post(place + "/delete", Map.of()).status()).isEqualTo(403);

        String made = owner.post(place + "/share", Map.of()).location();
        Matcher link = Pattern.compile("/shared/opd_share_\\w+")
                .matcher(owner.get(made).body());
        assertThat(link.find()).isTrue();
        String again = owner.get(made).body();
        assertThat(again).as("shown once, and not made anew").doesNotContain("opd_share_");
        assertThat(again.split("/revoke", -1)).hasSize(2);
        Answer shared = browser().get(link.group());
        assertThat(shared.status()).isEqualTo(200);
        assertThat(shared.header("X-Robots-Tag")).contains("noindex, nofollow");
        assertThat(shared.body())
                .contains("Views by plan")
                .contains("按 plan 拆分")
                .doesNotContain("/insights/people")
                .doesNotContain("<form");
        owner.post(place + "/question", Map.of("query", TREND.replace("\"plan\"", "\"email\"")));
        assertThat(browser().get(link.group()).body())
                .as("the question has become one after contact data")
                .doesNotContain("email")
                .contains("暂时无法展示");
        Matcher revoke = Pattern.compile(place + "/share/[0-9a-f-]+/revoke")
                .matcher(owner.get(place).body());
        assertThat(revoke.find()).isTrue();
        owner.post(revoke.group(), Map.of());
        assertThat(browser().get(link.group()).status()).isEqualTo(404);

        String gone = owner.post(place + "/delete", Map.of()).location();
        assertThat(owner.get(gone).body()).contains(place + "/restore").doesNotContain("Views by plan");
        assertThat(owner.get(place).status()).isEqualTo(404);
        owner.post(place + "/restore", Map.of());
        assertThat(owner.get("/insights").body()).contains("Views by plan");
        assertThat(owner.get("/audit").body()).contains("生成了分析的分享链接", "撤销了分析的分享链接", "删除了分析", "恢复了分析");
    }

    @Test
    void nobodySharesContactDataWithStrangers() {
        Team team = team();
        Browser owner = browserOf(team.owner());
        owner.get("/insights");
        String byMail = TREND.replace("plan", "email");
        String place = owner.post("/insights", Map.of("name", "By mail", "query", byMail))
                .location()
                .replaceAll("[?].*", "");
        assertThat(owner.post(place + "/share", Map.of()).status()).isEqualTo(403);
        assertThat(owner.get(place).body()).doesNotContain("/revoke");
    }

    @Test
    void tablesAreTakenAlongWithoutFormulas() {
        Team team = shop();
        String key = key(team);
        track(key, "u3", "Viewed", "=HYPERLINK(1)", 1);
        Browser owner = browserOf(team.owner());
        String question = "?kind=trend&range.last=30d&series.0.event=Viewed&breakdown.property=plan";
        await().atMost(Duration.ofSeconds(20))
                .until(() -> owner.get("/insights/answer.csv" + question).body().contains("HYPERLINK"));
        assertThat(owner.get("/insights/answer.csv" + question).body())
                .contains("'=HYPERLINK(1)")
                .doesNotContain(",=HYPERLINK");
        Answer book = owner.get("/insights/answer.xlsx" + question);
        assertThat(book.status()).isEqualTo(200);
        assertThat(book.body()).startsWith("PK");
        String people = "/insights/people.csv" + question + "&point.series=0";
        assertThat(owner.get(people).body().lines()).hasSize(4);
        assertThat(owner.get("/audit").body()).contains("导出了数字背后的用户").contains("Viewed");
        assertThat(owner.get("/insights/people.csv?kind=trend&point.series=0").status())
                .as("nothing was asked")
                .isEqualTo(422);
    }

    private static Locator rows(Page page) {
        return page.locator("table.nums").first().locator("tbody tr");
    }

    private static void behind(Page page, Locator number, String... users) {
        number.click();
        assertThat(page.locator("#drawer tbody tr")).hasCount(users.length);
        for (String user : users) {
            assertThat(page.locator("#drawer tbody")).containsText(user);
        }
        page.locator("#drawer [data-close]").click();
        assertThat(page.locator("#drawer section")).hasCount(0);
    }

    /** u1 viewed and paid, u2 only viewed. */
    private Team shop() {
        Team team = team();
        String key = key(team);
        track(key, "u1", "Viewed", "pro", 3);
        track(key, "u2", "Viewed", "free", 3);
        track(key, "u1", "Paid", "pro", 2);
        Browser owner = browserOf(team.owner());
        await().atMost(Duration.ofSeconds(30))
                .until(() -> List.of("u1", "u2").stream()
                        .allMatch(user -> owner.get(
                                        "/insights/people?kind=trend&range.last=7d&series.0.event=Viewed&point.series=0")
                                .body()
                                .contains(">" + user + "<")));
        await().atMost(Duration.ofSeconds(30))
                .until(() -> owner.get("/insights/events").body().contains("\"Paid\",\"count\":1"));
        return team;
    }

    private String key(Team team) {
        return CurrentWorkspace.call(
                team.workspace(),
                () -> sources.create("Shop", EventSources.Kind.WEB, null).writeKey());
    }

    private void identify(String key, String user, String traits) {
        String body = "{\"userId\":\"" + user + "\",\"traits\":" + traits + ",\"writeKey\":\"" + key + "\"}";
        assertThat(browser()
                        .send("POST", "/v1/identify", body, "Content-Type", "application/json")
                        .status())
                .isEqualTo(200);
    }

    private void track(String key, String user, String event, String plan, int daysAgo) {
        Instant at = clock.instant().minus(Duration.ofDays(daysAgo));
        Answer answer = browser()
                .send(
                        "POST",
                        "/v1/track",
                        "{\"writeKey\":\"" + key + "\",\"userId\":\"" + user + "\",\"event\":\"" + event
                                + "\",\"timestamp\":\"" + at + "\",\"properties\":{\"plan\":\"" + plan + "\"}}",
                        "Content-Type",
                        "application/json");
        assertThat(answer.status()).isEqualTo(200);
    }
}
