package io.opsdeck.web.tracking;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.sun.net.httpserver.HttpServer;
import io.opsdeck.analytics.event.EventLog;
import io.opsdeck.analytics.event.LoggedEvent;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.web.testing.Answer;
import io.opsdeck.web.testing.Browser;
import io.opsdeck.web.testing.Chromium;
import io.opsdeck.web.testing.Team;
import io.opsdeck.web.testing.WebTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.web.util.HtmlUtils;

/** The tracker script as a customer's site uses it: copied from the source's page, on another origin. */
class TrackerScriptTest extends WebTest {

    private static final Pattern SNIPPET = Pattern.compile("id=\"snippet-browser\"[^>]*>([^<]*)</pre>");

    @Autowired
    private EventLog log;

    private final AtomicReference<String> html = new AtomicReference<>("");
    private HttpServer shop;
    private Chromium chromium;
    private Team team;

    @BeforeEach
    void aShopWithTheSnippet() throws IOException {
        team = team();
        Browser browser = browserOf(team.owner());
        browser.get("/sources");
        Answer made = browser.post("/sources", Map.of("name", "Web shop", "kind", "WEB"));
        Matcher snippet = SNIPPET.matcher(made.body());
        assertThat(snippet.find()).as(made.body()).isTrue();
        // The snippet names the address people use, which is not the port of this test.
        String script =
                HtmlUtils.htmlUnescape(snippet.group(1)).replaceAll("'http://[^/']+/t\\.js'", "'" + base() + "/t.js'");
        html.set("<!DOCTYPE html><html><head><title>Shop</title>" + script + "</head><body>ok</body></html>");
        shop = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        shop.createContext("/", exchange -> {
            byte[] page = html.get().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
            exchange.close();
        });
        shop.start();
        chromium = Chromium.open("http://127.0.0.1:" + shop.getAddress().getPort(), "zh-CN");
    }

    @AfterEach
    void close() {
        if (chromium != null) {
            chromium.close();
        }
        shop.stop(0);
    }

    @Test
    void theSnippetOfTheSourcesPageSendsFromAnotherOrigin() throws InterruptedException {
        Page page = chromium.page();
        page.navigate("/welcome?utm_source=wechat&utm_campaign=double11");
        page.evaluate(
                "opsdeck('identify', 'u1', { name: '林悦' }); opsdeck('track', 'Order Completed', { revenue: 42 })");
        page.evaluate("history.pushState({}, '', '/next')");

        List<LoggedEvent> stored = waitFor(4);

        assertThat(stored).hasSize(4).extracting(LoggedEvent::type).containsOnly("page", "identify", "track");
        assertThat(stored)
                .extracting(LoggedEvent::anonymousId)
                .doesNotContainNull()
                .containsOnly(stored.get(0).anonymousId());
        assertThat(stored)
                .filteredOn(event -> event.type().equals("track"))
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.userId()).isEqualTo("u1");
                    assertThat(event.context()).contains("wechat", "double11", "/welcome");
                });
        assertThat(stored)
                .filteredOn(event -> event.type().equals("page"))
                .extracting(LoggedEvent::props)
                .anySatisfy(props -> assertThat(props).contains("/welcome"))
                .anySatisfy(props -> assertThat(props).contains("/next"));
        assertThat(chromium.complaints()).isEmpty();
    }

    @Test
    void whatHappensLastBeforeAPageGoesIsSentOnce() throws InterruptedException {
        Page page = chromium.page();
        page.navigate("/");
        waitFor(1);
        page.evaluate("opsdeck('track', 'Left'); location.href = 'about:blank'");

        assertThat(waitFor(2)).extracting(LoggedEvent::name).contains("Left").hasSize(2);
    }

    @Test
    void aRetryCarriesTheSameMessageIds() throws InterruptedException {
        var calls = new AtomicInteger();
        var sent = new java.util.ArrayList<String>();
        chromium.context().route("**/v1/b", route -> {
            sent.add(route.request().postData());
            if (calls.incrementAndGet() == 1) {
                // The answer is lost, not the request.
                route.fetch();
                route.abort();
                return;
            }
            route.resume(new Route.ResumeOptions());
        });
        Page page = chromium.page();
        page.navigate("/");
        page.waitForCondition(() -> sent.size() > 1);

        assertThat(messageIds(sent.get(1))).isEqualTo(messageIds(sent.get(0))).isNotEmpty();
        assertThat(waitFor(1)).hasSize(1);
    }

    @Test
    void whatCouldNotBeSentIsSentFromTheNextPage() throws InterruptedException {
        chromium.context().route("**/v1/b", Route::abort);
        Page first = chromium.page();
        first.navigate("/");
        first.evaluate("opsdeck('track', 'Kept')");
        first.waitForCondition(() ->
                Boolean.TRUE.equals(first.evaluate("(localStorage.getItem('opsdeck.queue') || '').includes('Kept')")));
        first.close();
        chromium.context().unroute("**/v1/b");
        chromium.page().navigate("/");

        assertThat(waitFor(3)).extracting(LoggedEvent::name).contains("Kept").hasSize(3);
    }

    @Test
    void whoAsksNotToBeTrackedIsNotWhereTheSiteSaysSo() throws InterruptedException {
        html.set(html.get().replace("{ spa: true }", "{ respectDnt: true }"));
        chromium.context().addInitScript("Object.defineProperty(navigator, 'globalPrivacyControl', { value: true })");
        Page page = chromium.page();
        page.navigate("/");
        page.evaluate("opsdeck('track', 'Secret'); opsdeck('flush')");
        page.waitForTimeout(1500);

        assertThat(waitFor(0)).isEmpty();
        assertThat(page.evaluate("localStorage.length")).isEqualTo(0);
    }

    @Test
    void resetMakesANewVisitor() throws InterruptedException {
        Page page = chromium.page();
        page.navigate("/");
        page.evaluate(
                "opsdeck('identify', 'u1'); opsdeck('reset'); opsdeck('track', 'Somebody Else'); opsdeck('flush')");

        List<LoggedEvent> stored = waitFor(3);

        assertThat(stored)
                .filteredOn(event -> event.name().equals("Somebody Else"))
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.userId()).isNull();
                    assertThat(event.anonymousId())
                            .isNotEqualTo(stored.get(stored.size() - 1).anonymousId());
                });
    }

    @Test
    void theScriptIsSmallAndMayBeKept() throws IOException {
        Answer newest = browser().get("/t.js");
        String version = newest.header("ETag").orElse("").replace("\"", "");
        var bytes = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bytes)) {
            gzip.write(newest.body().getBytes(StandardCharsets.UTF_8));
        }

        assertThat(bytes.size()).isLessThan(4096);
        assertThat(Map.ofEntries(
                        entry("/t.js", "max-age=3600, public"),
                        entry("/t/" + version + ".js", "max-age=31536000, public, immutable"),
                        entry("/t/0123456789ab.js", "max-age=3600, public")))
                .allSatisfy((path, caching) -> {
                    Answer answer = browser().get(path);
                    assertThat(answer.status()).as(path).isEqualTo(200);
                    assertThat(answer.header("Cache-Control")).as(path).contains(caching);
                    assertThat(answer.header("Content-Type").orElse("")).startsWith("text/javascript");
                    assertThat(answer.header("Access-Control-Allow-Origin")).contains("*");
                    assertThat(answer.headers().allValues("Set-Cookie")).isEmpty();
                    assertThat(answer.body()).isEqualTo(newest.body());
                });
        assertThat(browser()
                        .get("/t.js", "If-None-Match", "\"" + version + "\"")
                        .status())
                .isEqualTo(304);
    }

    private static List<String> messageIds(String body) {
        return Pattern.compile("\"messageId\":\"([^\"]+)\"")
                .matcher(body)
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    /** The script sends when it likes, so the events are waited for. */
    private List<LoggedEvent> waitFor(int count) throws InterruptedException {
        List<LoggedEvent> stored = List.of();
        for (int tries = 0; tries < 100; tries++) {
            Thread.sleep(tries == 0 ? 0 : 100);
            stored = CurrentWorkspace.call(
                    team.workspace(), () -> log.newest(null, null, null, 100).data());
            if (stored.size() >= count) {
                break;
            }
        }
        return stored;
    }
}
