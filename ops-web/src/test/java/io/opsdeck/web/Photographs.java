package io.opsdeck.web;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Page;
import io.opsdeck.core.security.Role;
import io.opsdeck.web.testing.Chromium;
import io.opsdeck.web.testing.Scene;
import io.opsdeck.web.testing.Team;
import io.opsdeck.web.testing.WebTest;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code make look}: every page in both languages and themes, wide and narrow, full and empty, into target/look. */
class Photographs extends WebTest {

    private static final Path FOLDER = Path.of("target/look");

    @ParameterizedTest
    @CsvSource({
        "en,light,1440,false",
        "zh-CN,dark,1440,false",
        "zh-CN,light,360,false",
        "en,dark,360,false",
        "zh-CN,light,1440,true",
        "en,dark,1440,true",
        "en,light,360,true"
    })
    void everyPage(String language, String theme, int width, boolean empty) {
        Team team = team();
        var owner = browserOf(team.owner());
        owner.post("/preferences/language", Map.of("lang", language));
        if (!empty) {
            member(team.workspace(), Role.ANALYST);
            member(team.workspace(), Role.CONTENT);
        }
        Scene scene = Scene.of(owner, empty);
        String suffix = "-" + language + "-" + theme + "-" + width + (empty ? "-empty" : "") + ".png";
        try (Chromium chromium = Chromium.open(new Browser.NewContextOptions()
                .setLocale(language)
                .setBaseURL(base())
                .setViewportSize(width, width < 500 ? 740 : 900))) {
            Page page = chromium.page();
            page.navigate("/sign-in");
            photograph(page, "sign-in" + suffix);
            scene.lend(chromium, base(), theme);
            Map<String, Integer> names = new HashMap<>();
            for (String path : scene.paths()) {
                page.navigate(path);
                Scene.settle(page);
                int seen = names.merge(name(path), 1, Integer::sum);
                photograph(page, name(path) + (seen == 1 ? "" : "-" + seen) + suffix);
            }
            becomeSample(team);
            page.navigate("/settings");
            photograph(page, "settings-sample" + suffix);
            page.navigate("/people");
            page.evaluate("document.querySelector('summary.chip').click()");
            photograph(page, "people-filter" + suffix);
            page.navigate("/events?event=Order+Completed");
            page.evaluate("document.querySelector('[data-open=palette]').click()");
            page.locator("#palette-out [role=option]").first().waitFor();
            photograph(page, "palette" + suffix);
            page.keyboard().press("Escape");
            page.evaluate("document.querySelector('[data-open=views]').click()");
            photograph(page, "views" + suffix);
            page.navigate("/members");
            page.evaluate("document.querySelector('form[data-confirm] button')?.click()");
            photograph(page, "confirm" + suffix);
        }
    }

    private static void photograph(Page page, String file) {
        page.screenshot(
                new Page.ScreenshotOptions().setPath(FOLDER.resolve(file)).setFullPage(true));
    }

    private static String name(String path) {
        String plain = path.replaceAll("[0-9a-f]{8}-[0-9a-f-]+", "one")
                .replaceAll("[?].*", "-one")
                .replaceAll("^/|/$", "");
        return plain.isEmpty() ? "today" : plain.replace('/', '-');
    }
}
