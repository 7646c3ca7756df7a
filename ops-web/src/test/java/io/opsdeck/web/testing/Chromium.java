package io.opsdeck.web.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A real browser with a window of its own, and what its console complained about. Chromium itself starts once for all
 * tests. Where there is none the test is skipped and says so; in CI that fails.
 */
public final class Chromium implements AutoCloseable {

    private static @Nullable Browser browser;

    private final BrowserContext context;
    private final List<String> complaints = new ArrayList<>();

    private Chromium(BrowserContext context) {
        this.context = context;
    }

    /** Opens a window on {@code base} in a language, as wide as a desktop. */
    public static Chromium open(String base, String language) {
        return open(new Browser.NewContextOptions().setLocale(language).setBaseURL(base));
    }

    public static Chromium open(Browser.NewContextOptions options) {
        return new Chromium(running().newContext(options));
    }

    /** A new tab; what goes wrong in it is added to {@link #complaints()}. */
    public Page page() {
        Page page = context.newPage();
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
        return page;
    }

    public BrowserContext context() {
        return context;
    }

    /** Errors and warnings of the console, uncaught failures and answers of 400 and above, in order. */
    public List<String> complaints() {
        return complaints;
    }

    @Override
    public void close() {
        context.close();
    }

    private static synchronized Browser running() {
        if (browser != null) {
            return browser;
        }
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
        browser = Playwright.create(
                        new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")))
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
        return browser;
    }
}
