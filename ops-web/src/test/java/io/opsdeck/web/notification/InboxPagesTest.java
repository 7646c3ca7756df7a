package io.opsdeck.web.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Page;
import io.opsdeck.core.notification.Inbox;
import io.opsdeck.core.security.Role;
import io.opsdeck.core.security.Vault;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.web.testing.Answer;
import io.opsdeck.web.testing.Browser;
import io.opsdeck.web.testing.Chromium;
import io.opsdeck.web.testing.Scene;
import io.opsdeck.web.testing.Team;
import io.opsdeck.web.testing.WebTest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** The inbox from the fact to the mark, the settings, and the link in the mail. */
class InboxPagesTest extends WebTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    @Autowired
    Inbox inbox;

    @Autowired
    Vault vault;

    @Test
    void aFactIsCountedOnTheBellShownInThePanelAndGoneWhenItWasFollowed() {
        Team team = team();
        Team.Person lin = member(team.workspace(), Role.VIEWER);
        Browser browser = english(lin);
        assertThat(browser.get("/inbox").body()).contains("Nothing waits for you");
        assertThat(browser.get("/inbox/count").body()).doesNotContain("class=\"dot\"");
        changeRole(team, lin, "analyst");
        assertThat(browser.get("/").body()).contains("hx-get=\"/inbox/count\"");
        assertThat(browser.get("/inbox/count", "HX-Request", "true").body())
                .contains("class=\"dot\"", "</span> 1</span>");
        String panel = browser.get("/inbox/panel", "HX-Request", "true").body();
        assertThat(panel).contains("Your role is now Analyst; it was Viewer.", "Role changed");
        String entry = found(panel, "(/inbox/[0-9a-f-]{36})/followed");
        assertThat(browser.get("/inbox").body()).contains("because it is about you");
        assertThat(browser.post(entry + "/followed", Map.of()).status()).isEqualTo(204);
        assertThat(browser.get("/inbox/count").body()).doesNotContain("class=\"dot\"");
        assertThat(browser.get("/inbox").body()).contains("Nothing waits for you");
        assertThat(browser.get("/inbox?tab=all").body()).contains("Your role is now Analyst");
        assertThat(browser.get("/inbox?tab=all&kind=job.failed", "HX-Request", "true")
                        .body())
                .contains("Nothing of this kind");
    }

    @Test
    void whatWasMarkedCanBeTakenBackOnceThePageIsBack() {
        Team team = team();
        Team.Person lin = member(team.workspace(), Role.VIEWER);
        Browser browser = english(lin);
        changeRole(team, lin, "analyst");
        browser.get("/inbox");
        Answer marked = browser.post("/inbox/read-all", Map.of());
        String page = browser.get(marked.location()).body();
        assertThat(page).contains("Marked as read.", "Undo", "Nothing waits for you");
        browser.post(found(page, "action=\"(/inbox/undo[^\"]+)\"").replace("&amp;", "&"), Map.of());
        String back = browser.get("/inbox").body();
        assertThat(back).contains("Your role is now Analyst");
        String away = browser.post(found(back, "(/inbox/[0-9a-f-]{36}/archive)"), Map.of("tab", "unread"))
                .location();
        String archived = browser.get(away).body();
        assertThat(archived).contains("Put away.", "Nothing waits for you");
        assertThat(browser.get("/inbox?tab=archived").body()).contains("Your role is now Analyst");
        assertThat(browser.get("/inbox?tab=unknown").status()).isEqualTo(422);
    }

    @Test
    void aMemberChoosesWhatHeIsTold() {
        Team team = team();
        Team.Person lin = member(team.workspace(), Role.VIEWER);
        Browser browser = english(lin);
        String page = browser.get("/account/notifications").body();
        assertThat(page)
                .contains("Role changed", "Events in quarantine", "No mail server", "Asia/Shanghai")
                .containsPattern("name=\"inbox\" value=\"role.changed\"[^>]*checked");
        Answer saved = browser.postForm(
                "/account/notifications",
                "kind=role.changed&kind=job.failed&inbox=job.failed&mail.role.changed=daily&mail.job.failed=never"
                        + "&hour=7&timeZone=Europe%2FBerlin");
        String after = browser.get(saved.location()).body();
        assertThat(after)
                .contains("Saved.")
                .containsPattern("value=\"7\"[^>]*selected")
                .containsPattern("value=\"Europe/Berlin\"[^>]*selected")
                .doesNotContainPattern("name=\"inbox\" value=\"role.changed\"[^>]*checked");
        changeRole(team, lin, "analyst");
        assertThat(browser.get("/inbox?tab=all").body()).contains("Nothing waits for you");
        assertThat(browser.postForm("/account/notifications", "hour=25&timeZone=Europe%2FBerlin")
                        .status())
                .isEqualTo(422);
        assertThat(browser.postForm("/account/notifications", "hour=7&timeZone=Mars")
                        .status())
                .isEqualTo(422);
    }

    /** UN-2 and S-31: programs that look at every link change nothing; one post without a session does. */
    @Test
    void theLinkOfAMailNeedsNoSessionAndLookingAtItChangesNothing() {
        Team team = team();
        Team.Person lin = member(team.workspace(), Role.VIEWER);
        String plain = team.workspace() + "/" + lin.id() + "/role.changed";
        String link = "/u/" + Base64.getUrlEncoder().withoutPadding().encodeToString(vault.seal(plain, "mail-stop"));
        Browser nobody = browser();
        for (int i = 0; i < 3; i++) {
            Answer page = nobody.get(link, "Accept-Language", "en");
            assertThat(page.status()).isEqualTo(200);
            assertThat(page.body()).contains("Role changed", "Stop these mails");
        }
        assertThat(mailOf(lin)).isEqualTo("at_once");
        for (int i = 0; i < 2; i++) {
            Answer done =
                    browser().postWithoutToken(link, Map.of("List-Unsubscribe", "One-Click"), "Accept-Language", "en");
            assertThat(done.status()).isEqualTo(200);
            assertThat(done.body()).contains("no longer mailed to you");
        }
        assertThat(mailOf(lin)).isEqualTo("never");
        String forged = "/u/" + Base64.getUrlEncoder().encodeToString(plain.getBytes(StandardCharsets.UTF_8));
        assertThat(nobody.get(forged).status()).isEqualTo(404);
        assertThat(browser().postWithoutToken(forged, Map.of()).status()).isEqualTo(404);
    }

    @Test
    void theKeyboardLeadsThroughTheInboxAndFollowingALinkMarksIt() {
        Team team = team();
        Team.Person lin = member(team.workspace(), Role.VIEWER);
        Browser browser = english(lin);
        changeRole(team, lin, "analyst");
        try (Chromium chromium = Chromium.open(base(), "en")) {
            Scene.of(browser, true).lend(chromium, base(), "light");
            Page page = chromium.page();
            page.navigate("/inbox");
            page.locator("#bell .dot").waitFor();
            page.locator("#bell summary").click();
            page.locator("#bell .mi >> text=Your role is now Analyst").waitFor();
            page.keyboard().press("Escape");
            page.keyboard().press("j");
            page.keyboard().press("Enter");
            page.waitForURL("**/roles");
            await().atMost(LONG)
                    .until(() -> CurrentWorkspace.call(team.workspace(), () -> inbox.unread(lin.id())) == 0);
            page.keyboard().press("g");
            page.keyboard().press("i");
            page.waitForURL("**/inbox");
            assertThat(page.locator("main").innerText()).contains("Nothing waits for you");
            assertThat(chromium.complaints()).isEmpty();
        }
    }

    private String mailOf(Team.Person person) {
        Matcher row = Pattern.compile("name=\"mail\\.role\\.changed\"[\\s\\S]*?value=\"([a-z_]+)\" selected")
                .matcher(english(person).get("/account/notifications").body());
        assertThat(row.find()).isTrue();
        return row.group(1);
    }

    private void changeRole(Team team, Team.Person person, String role) {
        Browser owner = browserOf(team.owner());
        owner.get("/members");
        owner.post("/members/" + person.id() + "/role", Map.of("role", role));
    }

    private Browser english(Team.Person person) {
        Browser browser = browserOf(person);
        browser.post("/preferences/language", Map.of("lang", "en"));
        browser.get("/");
        return browser;
    }

    private static String found(String text, String pattern) {
        Matcher found = Pattern.compile(pattern).matcher(text);
        assertThat(found.find()).as(pattern).isTrue();
        return found.group(1);
    }
}
