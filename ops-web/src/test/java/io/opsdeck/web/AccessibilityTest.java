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
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

    private static final int WIDE = 1280;
    private static final int NARROW = 360;

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
            chromium.context().addInitScript(axe());
            Page page = chromium.page();
            page.navigate("/sign-in");
            broken.addAll(check(page, "/sign-in", rules));
            scene.lend(chromium, base(), theme);
            for (String path : scene.paths()) {
                page.setViewportSize(WIDE, 800);
                page.navigate(path);
                Scene.settle(page);
                assertThat(page.locator("html").getAttribute("data-bs-theme"))
                        .as(path)
                        .isEqualTo(theme);
                broken.addAll(check(page, path, rules));
                narrow(page);
                if (everything) {
                    broken.addAll(check(page, path + " on a phone", OF_WIDTH));
                }
                broken.addAll(tooWide(page, path));
            }
            page.setViewportSize(WIDE, 800);
            broken.addAll(questions(page, scene.insight(), rules));
            broken.addAll(statements(page, rules));
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
        }
        assertThat(broken).isEmpty();
    }

    /** What the builder of insights shows only when it is asked to. */
    private static List<String> questions(Page page, String insight, List<String> rules) {
        List<String> broken = new ArrayList<>();
        page.navigate(insight);
        Scene.settle(page);
        for (String dialog : List.of("api-call", "edit-insight", "share-insight", "plan-path")) {
            page.evaluate("id => document.querySelector(`[data-open=${id}]`).click()", dialog);
            page.locator("#" + dialog).waitFor();
            broken.addAll(check(page, dialog, rules, "#" + dialog));
            page.keyboard().press("Escape");
        }
        page.locator("a[data-people]").first().click();
        page.locator("#drawer section").waitFor();
        broken.addAll(check(page, "the people behind a number", rules));
        narrow(page);
        broken.addAll(check(page, "the people behind a number on a phone", rules.isEmpty() ? OF_WIDTH : rules));
        broken.addAll(tooWide(page, "the people behind a number"));
        page.setViewportSize(WIDE, 800);
        page.navigate(
                insight + "?kind=trend&series.0.event=Order+Completed&series.0.measure=sum&series.0.property=revenue"
                        + "&series.1.event=Product+Viewed&series.1.filters.0.property=profile:plan&series.1.filters.0.op=in"
                        + "&series.1.filters.0.value=pro&series.1.filters.0.value=team&filters.0.property=&formula=A/B"
                        + "&people.any.0.trait=plan&people.any.0.value=pro&people.any.1.event=Order+Completed"
                        + "&people.any.1.times.op=lte&people.any.1.times.n=3&people.any.1.within=last:30d"
                        + "&people.any.1.measure.of=revenue&people.any.1.measure.value=9&people.any.2=%7B%22not%22:%7B%22trait%22:%22a%22,%22op%22:%22is_set%22%7D%7D"
                        + "&range.from=2026-01-05&range.to=2026-01-09&interval=day&breakdown.property=profile:plan");
        Scene.settle(page);
        page.evaluate("document.querySelectorAll('.config details').forEach(each => each.open = true)");
        broken.addAll(check(page, "a form with every row", rules));
        narrow(page);
        broken.addAll(tooWide(page, "a form with every row"));
        page.setViewportSize(WIDE, 800);
        page.evaluate("document.querySelector('[data-open=save-insight]').click()");
        broken.addAll(check(page, "save-insight", rules, "#save-insight"));
        page.keyboard().press("Escape");
        page.locator("[id='breakdown.property'] + .ts-wrapper .ts-control").click();
        page.locator(".ts-dropdown [role=option]").first().waitFor();
        broken.addAll(check(page, "a list of suggestions", rules, ".config"));
        return broken;
    }

    /** An answer of the workbench, and a refusal. */
    private static List<String> statements(Page page, List<String> rules) {
        List<String> broken = new ArrayList<>();
        page.navigate("/sql");
        page.locator("#sql").fill("select event, time, properties from events where event <> {{without}} limit 20");
        page.locator("[name='p.without']").fill("Odd");
        page.locator("#run").click();
        page.locator("#answer table").waitFor();
        page.evaluate("document.querySelectorAll('main details').forEach(each => each.open = true)");
        broken.addAll(check(page, "an answer of the workbench", rules));
        page.locator("#sql").fill("select nothing from nowhere");
        page.locator("#run").click();
        page.locator("#answer .note").waitFor();
        broken.addAll(check(page, "a refusal of the workbench", rules, "#answer"));
        return broken;
    }

    /** Turns the window into a phone's, and waits until the page has taken its shape. */
    private static void narrow(Page page) {
        page.setViewportSize(NARROW, 740);
        page.evaluate(
                "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))");
    }

    private static List<String> tooWide(Page page, String what) {
        return page.evaluate("document.documentElement.scrollWidth") instanceof Integer width && width > NARROW
                ? List.of(what + " is " + width + " px wide on a phone")
                : List.of();
    }

    /**
     * Runs axe in the page itself, which takes half as long as its builder.
     *
     * @param rules all of the standards when empty
     * @param parts selectors of what is looked at, all of the page where there are none
     */
    private static List<String> check(Page page, String what, List<String> rules, String... parts) {
        Object found = page.evaluate(
                """
                ([parts, type, values]) => axe
                  .run(parts.length ? { include: parts.map(part => [part]) } : document,
                    { runOnly: { type, values }, resultTypes: ['violations'] })
                  .then(({ violations }) => violations.map(({ id, nodes }) =>
                    `${id} at ${nodes.slice(0, 3).map(({ target, html }) => `${target} ${html}`).join(', ')}`))
                """, List.of(List.of(parts), rules.isEmpty() ? "tag" : "rule", rules.isEmpty() ? STANDARDS : rules));
        return ((List<?>) found)
                .stream().map(violation -> what + ": " + violation).toList();
    }

    private static String axe() {
        try (InputStream script = AxeBuilder.class.getResourceAsStream("/axe.min.js")) {
            return new String(Objects.requireNonNull(script).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
