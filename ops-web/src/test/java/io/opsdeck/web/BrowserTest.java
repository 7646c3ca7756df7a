package io.opsdeck.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import io.opsdeck.web.testing.Team;
import io.opsdeck.web.testing.WebTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What only a real browser can tell: scripts, keys and the content policy. Needs Chromium; in CI its absence fails. */
class BrowserTest extends WebTest {

    private final List<String> complaints = new ArrayList<>();

    private Playwright playwright;
    private Page page;

    @BeforeEach
    void open() {
        Path chromium = Stream.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
        boolean required = "true".equals(System.getenv("CI"));
        assertThat(chromium != null || !required)
                .as("CI needs Chromium: install the package chromium and fonts-noto-cjk")
                .isTrue();
        assumeTrue(chromium != null, "no Chromium here: install the package chromium to run the browser tests");
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        Browser browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(chromium)
                        .setArgs(List.of(
                                "--no-sandbox",
                                "--disable-gpu",
                                "--disable-quic",
                                "--no-first-run",
                                "--disable-background-networking",
                                "--disable-component-update",
                                "--disable-sync")));
        page = browser.newContext(
                        new Browser.NewContextOptions().setLocale("zh-CN").setBaseURL(base()))
                .newPage();
        page.onConsoleMessage(message -> {
            if (message.type().equals("error") || message.type().equals("warning")) {
                complaints.add(message.text());
            }
        });
        page.onPageError(complaints::add);
        page.onResponse(response -> {
            if (response.status() >= 400) {
                complaints.add(response.status() + " " + response.url());
            }
        });
    }

    @AfterEach
    void close() {
        if (playwright != null) {
            playwright.close();
        }
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
        assertThat(page.locator("#palette-out [role=option]")).hasCount(1);
        page.keyboard().press("Enter");
        assertThat(page).hasURL(Pattern.compile("[^,]/members$"));
        assertThat(page.locator("h1")).hasText("成员");

        page.locator("form[action='/preferences/language'] button[value=en]")
                .first()
                .evaluate("button => button.click()");
        assertThat(page.locator("h1")).hasText("Members");
        assertThat(page).hasURL(Pattern.compile("[^,]/members$"));
        assertThat(complaints).as("console of the browser").isEmpty();
    }
}
