package io.opsdeck.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Page;
import io.opsdeck.core.security.Role;
import io.opsdeck.web.testing.Chromium;
import io.opsdeck.web.testing.Scene;
import io.opsdeck.web.testing.Team;
import io.opsdeck.web.testing.WebTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every page by the rules of WCAG 2.2 AA as far as axe can tell, and nothing wider than a phone. */
class AccessibilityTest extends WebTest {

    private static final List<String> STANDARDS =
            List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice");

    /** What another theme can break. */
    private static final List<String> OF_COLOURS = List.of("color-contrast", "link-in-text-block");

    /** What another width can break. */
    private static final List<String> OF_WIDTH =
            List.of("color-contrast", "target-size", "scrollable-region-focusable", "region", "landmark-unique");

    @ParameterizedTest
    @CsvSource({"light,zh-CN", "dark,en"})
    void noPageBreaksARule(String theme, String language) {
        boolean everything = theme.equals("light");
        Team team = team();
        member(team.workspace(), Role.ANALYST);
        var owner = browserOf(team.owner());
        owner.post("/preferences/language", Map.of("lang", language));
        Scene scene = Scene.of(owner, false);
        List<String> rules = everything ? List.of() : OF_COLOURS;
        List<String> broken = new ArrayList<>();
        try (Chromium chromium = Chromium.open(
                new Browser.NewContextOptions().setLocale(language).setBaseURL(base()))) {
            Page page = chromium.page();
            page.navigate("/sign-in");
            broken.addAll(check(page, "/sign-in", rules));
            scene.lend(chromium, base(), theme);
            for (String path : scene.paths()) {
                page.navigate(path);
                Scene.settle(page);
                assertThat(page.locator("html").getAttribute("data-bs-theme"))
                        .as(path)
                        .isEqualTo(theme);
                broken.addAll(check(page, path, rules));
            }
            becomeSample(team);
            page.navigate("/settings");
            broken.addAll(check(page, "the settings of the sample", rules));
            page.navigate("/people");
            page.locator("summary.chip").click();
            broken.addAll(check(page, "the filter of people", rules));
            page.navigate("/events");
            page.keyboard().press("Control+k");
            page.locator("#palette-out [role=option]").first().waitFor();
            broken.addAll(check(page, "the palette", rules));
            page.keyboard().press("Escape");
            page.locator("[data-open=views]").click();
            broken.addAll(check(page, "the saved views", rules));
            page.setViewportSize(360, 740);
            for (String path : scene.paths()) {
                page.navigate(path);
                Scene.settle(page);
                if (everything) {
                    broken.addAll(check(page, path + " on a phone", OF_WIDTH));
                }
                if (page.evaluate("document.documentElement.scrollWidth") instanceof Integer width && width > 360) {
                    broken.add(path + " is " + width + " px wide on a phone");
                }
            }
        }
        assertThat(broken).isEmpty();
    }

    /** @param rules all of the standards when empty */
    private static List<String> check(Page page, String what, List<String> rules) {
        var axe = new AxeBuilder(page).setLegacyMode(true);
        if (rules.isEmpty()) {
            axe.withTags(STANDARDS);
        } else {
            axe.withRules(rules);
        }
        return axe.analyze().getViolations().stream()
                .map(rule -> what + ": " + rule.getId() + " at "
                        + rule.getNodes().stream()
                                .limit(3)
                                .map(node -> node.getTarget() + " " + node.getHtml())
                                .toList())
                .toList();
    }
}
