package io.opsdeck.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import io.opsdeck.web.testing.Chromium;
import io.opsdeck.web.testing.Scene;
import io.opsdeck.web.testing.Team;
import io.opsdeck.web.testing.WebTest;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What only a real browser can tell: scripts, keys and the content policy. */
class BrowserTest extends WebTest {

    private Chromium chromium;
    private Page page;

    @BeforeEach
    void open() {
        chromium = Chromium.open(base(), "zh-CN");
        page = chromium.page();
    }

    @AfterEach
    void close() {
        if (chromium != null) {
            chromium.close();
        }
    }

    @Test
    void whatTheKeyboardChoosesInThePaletteIsDone() {
        signIn(team());
        choose("zzzz");
        assertThat(page.locator("#palette-out")).containsText("没有找到“zzzz”");
        page.keyboard().press("Escape");
        choose("xjsjy");
        page.keyboard().press("Enter");
        assertThat(page).hasURL(Pattern.compile("/sources#new$"));
        assertThat(page.locator("#name")).isFocused();

        choose("深色");
        page.keyboard().press("Enter");
        assertThat(page.locator("html")).hasAttribute("data-bs-theme", "dark");
        assertThat(page.locator("#palette")).isHidden();
        choose("english");
        page.keyboard().press("Enter");
        assertThat(page.locator("h1")).hasText("Sources");
        page.locator("#create summary").click();
        page.locator("#create a[href='/tokens#new']").click();
        assertThat(page.locator("#name")).isFocused();
        choose("sign out");
        page.keyboard().press("Enter");
        assertThat(page).hasURL(Pattern.compile("/sign-in"));
        assertThat(chromium.complaints()).as("console of the browser").isEmpty();
    }

    @Test
    void anEventIsPickedByTypingAndTheFilterIsKept() {
        var owner = browserOf(team().owner());
        owner.post("/preferences/language", Map.of("lang", "zh-CN"));
        Scene.of(owner, false).lend(chromium, base(), "light");
        page.navigate("/events");
        assertThat(page.locator(".ts-control")).containsText("全部事件");
        page.locator(".ts-control").click();
        page.locator(".ts-control input").pressSequentially("tjdd");
        page.locator(".ts-dropdown [data-value='提交订单']").click();
        assertThat(page.locator("#rows tr").first()).containsText("提交订单");
        assertThat(page).hasURL(Pattern.compile("event=%E6"));
        assertThat(page.locator("[data-views] a[aria-current]")).hasCount(0);

        page.locator("[data-open=views]").click();
        page.locator("#view-name").fill("提交了订单的");
        page.keyboard().press("Enter");
        assertThat(page.locator("[data-views] a[aria-current]")).hasText("提交了订单的");
        assertThat(page.locator("#rows tr").first()).containsText("提交订单");
        assertThat(chromium.complaints()).as("console of the browser").isEmpty();
    }

    @Test
    void aTableThatIsTooWideIsMovedWithTheKeys() {
        signIn(team());
        page.navigate("/audit");
        var table = page.locator("main .tw");
        assertThat(table).not().hasAttribute("tabindex", "0");
        page.setViewportSize(900, 700);
        page.locator("#rows tr td:last-child").first().evaluate("cell => cell.textContent = '2001:db8:'.repeat(30)");
        assertThat(table).hasAttribute("tabindex", "0");
        assertThat(table).hasAttribute("aria-label", "操作日志");
        table.focus();
        page.keyboard().press("ArrowRight");
        page.waitForCondition(() -> (Integer) table.evaluate("box => Math.ceil(box.scrollLeft)") > 0);
        page.locator("#rows tr td:last-child").first().evaluate("cell => cell.textContent = '::1'");
        assertThat(table).not().hasAttribute("tabindex", "0");
    }

    private void choose(String text) {
        page.waitForLoadState();
        page.keyboard().press("Control+k");
        page.locator("#palette input").fill(text);
    }

    private void signIn(Team team) {
        page.navigate("/sign-in");
        page.locator("#mail").fill(team.owner().mail());
        page.locator("#password").fill(PASSWORD);
        page.locator("form[action='/sign-in'] button.btn-primary").click();
        assertThat(page.locator("header.top")).isVisible();
    }

    @Test
    void onesWayGoesFromSignInThroughThePaletteToTheTeam() {
        Team team = team();
        page.navigate("/members");
        assertThat(page).hasURL(Pattern.compile("/sign-in\\?next="));
        page.locator("#mail").fill(team.owner().mail());
        page.locator("#password").fill(PASSWORD);
        page.locator("form[action='/sign-in'] button.btn-primary").click();
        assertThat(page).hasURL(Pattern.compile("[^,]/members$"));

        page.navigate("/");
        page.keyboard().press("Control+k");
        assertThat(page.locator("#palette")).isVisible();
        page.locator("#palette input").fill("cy");
        assertThat(page.locator("#palette-out [role=option][aria-selected=true]"))
                .hasText("成员");
        page.keyboard().press("Enter");
        assertThat(page).hasURL(Pattern.compile("[^,]/members$"));
        assertThat(page.locator("h1")).hasText("成员");

        page.locator("form[action='/preferences/language'] button[value=en]")
                .first()
                .evaluate("button => button.click()");
        assertThat(page.locator("h1")).hasText("Members");
        assertThat(page).hasURL(Pattern.compile("[^,]/members$"));
        assertThat(chromium.complaints()).as("console of the browser").isEmpty();
    }
}
