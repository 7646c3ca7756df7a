package io.opsdeck.web.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.opsdeck.analytics.event.EventDictionary;
import io.opsdeck.core.security.Role;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.web.testing.Answer;
import io.opsdeck.web.testing.Browser;
import io.opsdeck.web.testing.Team;
import io.opsdeck.web.testing.WebTest;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Filters under a name: who sees them, who changes them, and what is in them. */
class ViewsTest extends WebTest {

    @Autowired
    private EventDictionary dictionary;

    private Team team;
    private Browser owner;

    @BeforeEach
    void aTeam() {
        team = team();
        owner = browserOf(team.owner());
    }

    @Test
    void aFilterIsKeptWithoutThePlaceInTheListAndOpensAgain() {
        Answer saved = save(owner, "events", "付费", "who=&event=Order+Completed&cursor=x", false);
        assertThat(saved.location()).isEqualTo("/events?event=Order+Completed");

        String page = owner.get("/events?event=Order%20Completed").body();
        assertThat(page)
                .contains("href=\"/events?event=Order+Completed\" aria-current=\"page\"")
                .contains("付费");
        assertThat(owner.get("/events").body()).contains("href=\"/events\" aria-current=\"page\"");
        assertThat(owner.get("/quarantine").body()).doesNotContain("付费");
    }

    @Test
    void aSharedViewIsSeenByColleaguesAndChangedByItsOwnerOnly() {
        save(owner, "events", "Mine", "event=A", false);
        save(owner, "events", "Ours", "event=B", true);
        Browser colleague = browserOf(member(team.workspace(), Role.ANALYST));

        assertThat(colleague.get("/events").body()).contains("Ours").doesNotContain("Mine");
        assertThat(browserOf(team().owner()).get("/events").body()).doesNotContain("Ours");
        String id = idOf("events", "Ours");
        assertThat(colleague
                        .post("/views/" + id + "/delete", Map.of("page", "events"))
                        .status())
                .isEqualTo(404);

        owner.post("/views/" + id + "/rename", Map.of("page", "events", "name", "All of us"));
        assertThat(colleague.get("/events").body()).contains("All of us");
        assertThat(owner.post("/views/" + id + "/rename", Map.of("page", "events", "name", "mine"))
                        .status())
                .isEqualTo(409);
        owner.post("/views/" + id + "/delete", Map.of("page", "events"));
        assertThat(colleague.get("/events").body()).doesNotContain("All of us");
    }

    @Test
    void theSameNameReplacesAndNonsenseIsRefused() {
        save(owner, "events", "Paid", "event=A", false);
        save(owner, "events", "paid", "event=B", false);
        assertThat(owner.get("/events").body()).contains("/events?event=B").doesNotContain("/events?event=A");
        assertThat(save(owner, "events", "", "event=A", false).status()).isEqualTo(422);
        assertThat(save(owner, "events", "Empty", "cursor=x", false).status()).isEqualTo(422);
        assertThat(save(owner, "nowhere", "X", "event=A", false).status()).isEqualTo(422);
        assertThat(save(browserOf(member(team.workspace(), Role.VIEWER)), "audit", "X", "kind=member", false)
                        .status())
                .isEqualTo(403);
    }

    @Test
    void anEventIsFoundAmongThousandsByTyping() {
        CurrentWorkspace.run(
                team.workspace(),
                () -> IntStream.range(0, 2000).forEach(number -> dictionary.plan("Event " + number, "")));

        assertThat(owner.get("/events").body().split("<option")).hasSizeLessThan(60);
        assertThat(owner.get("/dictionary/names?q=event%201999").body()).isEqualTo("[\"Event 1999\"]");
    }

    @Test
    void theAuditSaysInWordsWhatChanged() {
        Team.Person colleague = member(team.workspace(), Role.VIEWER);
        owner.post("/members/" + colleague.id() + "/role", Map.of("role", "analyst"));
        owner.post("/preferences/language", Map.of("lang", "zh-CN"));

        assertThat(owner.get("/audit").body().replaceAll("<[^>]+>", ""))
                .contains("角色 只读 → 数据分析")
                .doesNotContain("{\"role\"");
    }

    @Test
    void whatAViewAsksForIsSaidInWords() {
        save(owner, "people", "付费会员", "f=plan:in:pro,team&f=age:between:18,30&who=identified", false);
        assertThat(owner.get("/people").body()).contains("plan 属于 pro、team · age 介于 18 与 30 之间", "身份：有用户 ID");
        owner.post("/preferences/language", Map.of("lang", "en"));
        assertThat(owner.get("/people").body()).contains("plan is one of pro, team · age is between 18 and 30");
        save(owner, "audit", "Members only", "kind=member&actor=lin", false);
        assertThat(owner.get("/audit").body()).contains("Who: lin · What was changed: Members");
    }

    @Test
    void viewsGoToTheAuditTrailWithWhatChanged() {
        save(owner, "people", "Team", "f=plan:eq:pro", false);
        save(owner, "people", "Team", "f=phone:eq:010-87654321&q=wei@example.org", true);
        String id = idOf("people", "Team");
        owner.post("/views/" + id + "/rename", Map.of("page", "people", "name", "One"));
        owner.post("/views/" + id + "/rename", Map.of("page", "people", "name", "One"));
        owner.post("/views/" + id + "/delete", Map.of("page", "people"));
        owner.post("/preferences/language", Map.of("lang", "en"));

        String page = owner.get("/audit?kind=view").body();
        String trail = page.substring(page.indexOf("<tbody")).replaceAll("<[^>]+>", "");
        assertThat(trail)
                .contains(
                        "saved a view",
                        "changed a view",
                        "Filter plan is pro → phone is 010****4321 · Search: w***@example.org",
                        "Shared no → yes",
                        "renamed a view",
                        "Name Team → One",
                        "Page People",
                        "deleted a view")
                .doesNotContain("87654321", "wei@", "{\"");
        assertThat(trail.split("renamed a view")).hasSize(2);
    }

    @Test
    void aRefusedNameLeavesNoTrace() {
        save(owner, "events", "A", "event=A", false);
        save(owner, "events", "B", "event=B", false);
        assertThat(owner.post("/views/" + idOf("events", "A") + "/rename", Map.of("page", "events", "name", "B"))
                        .status())
                .isEqualTo(409);
        assertThat(owner.get("/audit?kind=view").body()).doesNotContain("重命名视图");
    }

    @Test
    void rolesNumbersAndLanguagesAreReadableInTheTrail() {
        owner.post("/roles", Map.of("seen", "viewer -job:read", "cell", "viewer job:read"));
        assertThat(owner.get("/audit?kind=role").body().replaceAll("<[^>]+>", ""))
                .contains("只读", "查看任务 否 → 是")
                .doesNotContain("viewer");
    }

    private static Answer save(Browser browser, String page, String name, String query, boolean shared) {
        return browser.post(
                "/views", Map.of("page", page, "name", name, "query", query, "shared", String.valueOf(shared)));
    }

    private String idOf(String page, String name) {
        Matcher form = Pattern.compile("/views/([0-9a-f-]+)/rename\"[^>]*>(?:<input[^>]*>)*<input[^>]* value=\"" + name)
                .matcher(owner.get("/" + page).body());
        assertThat(form.find()).isTrue();
        return form.group(1);
    }
}
