package io.opsdeck.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.opsdeck.web.testing.Answer;
import io.opsdeck.web.testing.Browser;
import io.opsdeck.web.testing.WebTest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What every answer carries whatever page it is. */
class HeadersTest extends WebTest {

    private static final Pattern LINK = Pattern.compile("<a\\b[^>]*\\bhref=\"(/[^\"#]*)\"");
    private static final Pattern REVEALING =
            Pattern.compile("Exception|\\bat io\\.|\\bat java\\.|SELECT |select .* from |org\\.springframework|PSQL");

    @Test
    void everyPageThatALinkLeadsToIsFoundAndGuarded() {
        Browser browser = browser();
        assertThat(browser.signIn(OWNER, PASSWORD).status()).isEqualTo(303);

        Map<String, Answer> pages = crawl(browser);

        assertThat(pages).containsKeys("/", "/members", "/roles", "/tokens", "/audit", "/settings");
        pages.forEach((path, page) -> {
            if (path.startsWith("/audit/object?")) {
                assertThat(page.status()).as("status of %s", path).isEqualTo(302);
                assertThat(page.location()).as("where %s leads", path).startsWith("/");
                return;
            }
            assertThat(page.status()).as("status of %s", path).isEqualTo(200);
            if (path.startsWith("/api/openapi.")) {
                return;
            }
            boolean file = page.header("Content-Disposition").orElse("").startsWith("attachment");
            assertThat(page.header("Content-Type").orElse(""))
                    .as("type of %s", path)
                    .matches(file ? "text/csv.*|application/vnd\\.openxmlformats.*" : "text/html.*");
            assertGuarded(path, page);
            if (!file) {
                assertThat(page.body()).as("no unresolved text on %s", path).doesNotContain("??");
            }
        });
    }

    @Test
    void thePagesBeforeSignInAreGuardedToo() {
        assertGuarded("/sign-in", browser().get("/sign-in"));
        assertGuarded("an unknown page", browser().get("/no-such-page"));
        assertGuarded("a redirect", browser().get("/members"));
    }

    @Test
    void theSessionCookieIsOutOfReachForScripts() {
        Answer page = browser().get("/sign-in");

        String cookie = page.headers().allValues("Set-Cookie").stream()
                .filter(each -> each.startsWith("od-session="))
                .findFirst()
                .orElse("none");
        assertThat(cookie).contains("HttpOnly", "SameSite=Lax", "Path=/");
    }

    @Test
    void staticFilesMayBeKept() {
        for (String file : new String[] {"/css/app.css", "/js/app.js", "/icons.svg", "/vendor/htmx.min.js"}) {
            Answer answer = browser().get(file);
            assertThat(answer.status()).as(file).isEqualTo(200);
            assertThat(answer.header("Cache-Control").orElse("nothing"))
                    .as("Cache-Control of %s", file)
                    .contains("max-age=")
                    .doesNotContain("no-store");
            assertThat(answer.headers().allValues("Set-Cookie"))
                    .as("cookies of %s", file)
                    .isEmpty();
        }
    }

    @Test
    void anUnknownAddressIsAPageForPeopleAndAProblemForMachines() {
        Browser browser = browser();
        browser.signIn(OWNER, PASSWORD);
        Answer page = browser.get("/no-such-page", "Accept", "text/html");
        assertThat(page.status()).isEqualTo(404);
        assertThat(page.header("Content-Type").orElse("")).startsWith("text/html");
        assertThat(page.body())
                .as("the number to ask with")
                .contains(page.header("X-Request-Id").orElse("no request id"));

        for (String authorization : new String[] {"Bearer " + TOKEN, "Bearer nonsense"}) {
            Answer problem = browser().get("/api/v1/no-such-thing", "Authorization", authorization);
            assertThat(problem.status()).isEqualTo(404);
            assertThat(problem.header("Content-Type").orElse("")).startsWith("application/problem+json");
            assertThat(problem.body()).contains("\"status\":404");
        }
    }

    @Test
    void wrongMethodsAndBodiesAreProblemsForMachines() {
        Browser browser = browser();
        String[] json = {"Authorization", "Bearer " + TOKEN, "Content-Type", "application/json"};
        assertProblem(400, browser.send("POST", "/api/v1/workspaces", "{", json));
        assertProblem(422, browser.send("POST", "/api/v1/workspaces", "{}", json));
        assertProblem(
                415,
                browser.send(
                        "POST",
                        "/api/v1/workspaces",
                        "x",
                        "Authorization",
                        "Bearer " + TOKEN,
                        "Content-Type",
                        "text/plain"));
        assertProblem(405, browser.send("DELETE", "/api/v1/workspaces", "", "Authorization", "Bearer " + TOKEN));
    }

    @Test
    void failuresRevealNothingOfTheInside() {
        Browser browser = browser();
        browser.signIn(OWNER, PASSWORD);
        for (String path : new String[] {
            "/no-such-page",
            "/audit?cursor=x",
            "/set-up?code=x",
            "/invitations/x",
            "/error",
            "/members?q=%00",
            "/%2e%2e/x",
            "/settings?saved=maybe",
            "/api/v1/x",
            "/preferences/language"
        }) {
            Answer answer = browser.get(path);
            assertThat(answer.status()).as(path).isLessThan(500);
            assertThat(answer.body()).as(path).doesNotContainPattern(REVEALING);
        }
    }

    private static void assertProblem(int status, Answer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.header("Content-Type").orElse("")).startsWith("application/problem+json");
        assertThat(answer.body()).doesNotContainPattern(REVEALING);
    }

    private static void assertGuarded(String path, Answer page) {
        assertThat(page.header("Content-Security-Policy").orElse("none"))
                .as("Content-Security-Policy of %s", path)
                .contains("default-src 'self'", "script-src 'self'", "object-src 'none'", "frame-ancestors 'none'")
                .doesNotContain("unsafe");
        assertThat(page.header("X-Content-Type-Options")).as(path).contains("nosniff");
        assertThat(page.header("X-Frame-Options")).as(path).contains("DENY");
        assertThat(page.header("Referrer-Policy")).as(path).contains("same-origin");
        assertThat(page.header("X-Request-Id")).as(path).isPresent();
        assertThat(page.header("Cache-Control").orElse("nothing"))
                .as("Cache-Control of %s", path)
                .contains("no-store");
    }

    private static Map<String, Answer> crawl(Browser browser) {
        Map<String, Answer> seen = new TreeMap<>();
        Deque<String> open = new ArrayDeque<>();
        open.add("/");
        while (!open.isEmpty() && seen.size() < 200) {
            String path = open.remove().replace("&amp;", "&");
            if (seen.containsKey(path)) {
                continue;
            }
            Answer page = browser.get(path);
            seen.put(path, page);
            Matcher links = LINK.matcher(page.body());
            while (links.find()) {
                open.add(links.group(1));
            }
        }
        return seen;
    }
}
