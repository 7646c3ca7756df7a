package io.opsdeck.web.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.opsdeck.core.security.Role;
import io.opsdeck.web.testing.Answer;
import io.opsdeck.web.testing.Browser;
import io.opsdeck.web.testing.Team;
import io.opsdeck.web.testing.WebTest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.session.web.http.CookieSerializer.CookieValue;

/** How long a session lives, where a member is signed in, and how such a place is signed out. */
class SessionsTest extends WebTest {

    private static final Pattern HANDLE = Pattern.compile("<tr data-session=\"([^\"]+)\"");
    private static final String PHONE =
            "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0.0.0 Mobile Safari/537.36 MicroMessenger/8.0.50";

    @Test
    void aMemberSeesHisDevicesAndSignsOneOut() {
        Team team = team();
        Browser desk = browserOf(team.owner());
        Browser phone = phone(team.owner());

        String page = desk.get("/account/sessions").body();
        assertThat(handles(page)).hasSize(2);
        assertThat(page)
                .contains("WeChat 8 · Android")
                .doesNotContain(desk.cookie("od-session").orElseThrow());
        String own = handles(phone.get("/account/sessions").body()).get(0);
        List<String> others =
                handles(page).stream().filter(each -> !each.equals(own)).toList();
        assertThat(others).hasSize(1);

        assertThat(desk.post("/account/sessions/" + own + "/end", Map.of()).status())
                .isEqualTo(302);

        assertThat(phone.get("/").location()).startsWith("/sign-in");
        assertThat(desk.get("/").status()).isEqualTo(200);
        assertThat(handles(desk.get("/account/sessions").body())).isEqualTo(others);
        assertThat(desk.get("/audit").body()).contains("WeChat 8 · Android");
    }

    @Test
    void allOthersAreSignedOutAtOnce() {
        Team team = team();
        Browser desk = browserOf(team.owner());
        List<Browser> others = List.of(phone(team.owner()), browserOf(team.owner()));

        assertThat(desk.post("/account/sessions/end-others", Map.of()).status()).isEqualTo(302);

        assertThat(others)
                .allSatisfy(each -> assertThat(each.get("/").location()).startsWith("/sign-in"));
        assertThat(desk.get("/").status()).isEqualTo(200);
    }

    @Test
    void whoeverManagesTheTeamSignsAMembersDeviceOut() {
        Team team = team();
        Team.Person colleague = member(team.workspace(), Role.VIEWER);
        Browser theirs = phone(colleague);
        Browser owner = browserOf(team.owner());
        String page = "/members/" + colleague.id() + "/sessions";
        String handle = handles(owner.get(page).body()).get(0);

        assertThat(browserOf(team().owner()).get(page).status()).isEqualTo(404);
        assertThat(theirs.get(page).status()).isEqualTo(403);
        owner.post(page + "/" + handle + "/end", Map.of());
        assertThat(theirs.get("/").location()).startsWith("/sign-in");

        Browser again = phone(colleague);
        owner.post("/members/" + colleague.id() + "/sign-out", Map.of());
        assertThat(again.get("/").location()).startsWith("/sign-in");
        assertThat(handles(owner.get(page).body())).isEmpty();
    }

    @Test
    void aSessionNobodyUsesEnds() {
        Team.Person owner = team().owner();
        Browser browser = browserOf(owner);
        note(owner, "used", Instant.now().minus(Duration.ofMinutes(29)));
        assertThat(browser.get("/").status()).isEqualTo(200);

        note(owner, "used", Instant.now().minus(Duration.ofMinutes(31)));

        assertThat(browser.get("/").location()).startsWith("/sign-in");
        Answer fragment = browser.get("/", "HX-Request", "true");
        assertThat(fragment.status()).isEqualTo(401);
        assertThat(fragment.header("HX-Redirect").orElse("")).startsWith("/sign-in");
    }

    @Test
    void aSessionEndsTwelveHoursAfterSignInHoweverBusyItIs() {
        Team.Person owner = team().owner();
        Browser browser = browserOf(owner);
        jdbc.sql("update core.member set sessions_after = sessions_after - interval '1 day' where id = ?")
                .param(owner.id())
                .update();
        note(owner, "since", Instant.now().minus(Duration.ofHours(12)).plusSeconds(60));
        assertThat(browser.get("/").status()).isEqualTo(200);

        note(owner, "since", Instant.now().minus(Duration.ofHours(12)));

        assertThat(browser.get("/").location()).startsWith("/sign-in");
    }

    @Test
    void aPageThatRefreshesItselfDoesNotKeepASessionAlive() {
        Team.Person owner = team().owner();
        Browser browser = browserOf(owner);
        Instant before = Instant.now().minus(Duration.ofMinutes(20));
        note(owner, "used", before);

        browser.get("/", "HX-Request", "true", "Opsdeck-Refresh", "true");
        browser.get("/stream/signals", "Accept", "text/event-stream");
        assertThat(noted(owner, "used")).isEqualTo(before);

        browser.get("/");
        assertThat(noted(owner, "used")).isAfter(before);
    }

    @Test
    void cookiesAreBoundToTheHostWherePeopleComeByHttps() {
        var https = new Cookies("https://ops.example.com");
        assertThat(written(https))
                .startsWith("__Host-od-session=")
                .contains("Path=/;", "Secure", "HttpOnly", "SameSite=Lax")
                .doesNotContain("Domain");
        assertThat(https.choice("od-lang", "en").toString())
                .startsWith("__Host-od-lang=en;")
                .contains("Secure", "SameSite=Lax");

        var plain = new Cookies("http://localhost:8080");
        assertThat(written(plain))
                .startsWith("od-session=")
                .contains("HttpOnly", "SameSite=Lax")
                .doesNotContain("Secure");
    }

    @Test
    void aDeviceIsNamedByBrowserAndSystem() {
        assertThat(Device.name(
                        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0"
                                + " Safari/537.36 Edg/142.0.0.0"))
                .isEqualTo("Edge 142 · Windows");
        assertThat(Device.name(
                        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)"
                                + " Version/18.1 Safari/605.1.15"))
                .isEqualTo("Safari 18 · macOS");
        assertThat(Device.name("curl/8.5.0")).isEmpty();
    }

    private Browser phone(Team.Person person) {
        Browser browser = browser();
        browser.get("/sign-in");
        browser.post("/sign-in", Map.of("mail", person.mail(), "password", PASSWORD), "User-Agent", PHONE);
        assertThat(browser.get("/").status()).isEqualTo(200);
        return browser;
    }

    private void note(Team.Person person, String name, Instant time) {
        assertThat(jdbc.sql("""
                        update core.spring_session_attributes set attribute_bytes = ? where attribute_name = ?
                          and session_primary_id in (select primary_id from core.spring_session where principal_name = ?)
                        """)
                        .params(
                                time.toString().getBytes(StandardCharsets.UTF_8),
                                name,
                                person.id().toString())
                        .update())
                .isEqualTo(1);
    }

    private Instant noted(Team.Person person, String name) {
        byte[] text = jdbc.sql("""
                        select attribute_bytes from core.spring_session_attributes where attribute_name = ?
                          and session_primary_id in (select primary_id from core.spring_session where principal_name = ?)
                        """)
                .params(name, person.id().toString())
                .query(byte[].class)
                .single();
        return Instant.parse(new String(text, StandardCharsets.UTF_8));
    }

    private static String written(Cookies cookies) {
        var response = new MockHttpServletResponse();
        cookies.sessionCookie().writeCookieValue(new CookieValue(new MockHttpServletRequest(), response, "x"));
        return String.valueOf(response.getHeader("Set-Cookie"));
    }

    private static List<String> handles(String page) {
        return HANDLE.matcher(page).results().map(match -> match.group(1)).toList();
    }
}
