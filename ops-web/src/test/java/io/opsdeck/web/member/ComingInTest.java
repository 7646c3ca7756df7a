package io.opsdeck.web.member;

import static org.assertj.core.api.Assertions.assertThat;

import io.opsdeck.core.member.Invitations;
import io.opsdeck.core.security.Role;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.web.testing.Answer;
import io.opsdeck.web.testing.Browser;
import io.opsdeck.web.testing.Team;
import io.opsdeck.web.testing.WebTest;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** The second step of sign-in and forgotten passwords, as people meet them. */
class ComingInTest extends WebTest {

    private static final Pattern KEY = Pattern.compile("id=\"two-step-key\">([A-Z2-7]{32})<");
    private static final Pattern RECOVERY = Pattern.compile("[2-9A-Z]{4}(?:-[2-9A-Z]{4}){3}");
    private static final Pattern LINK = Pattern.compile("/password-resets/opd_reset_[0-9A-Za-z]+");
    private static final String NEW = "nine loud cranes fly";

    @Autowired
    private Invitations invitations;

    /** ASVS 7.2.4 and S-33 as well: the id of the session changes with each step. */
    @Test
    void afterThePasswordComesTheCode() {
        Team.Person person = team().owner();
        Enrolled enrolled = enrol(browserOf(person));
        Browser browser = browser();

        Answer password = signIn(browser, person, "/members");
        assertThat(password.status()).isEqualTo(302);
        assertThat(password.location()).endsWith("/sign-in/code");
        String halfway = browser.cookie("od-session").orElseThrow();
        assertThat(browser.get("/members").location()).as("halfway").startsWith("/sign-in");
        assertThat(browser.get("/sign-in/code").body()).contains("one-time-code");

        assertThat(browser.post("/sign-in/code", Map.of("code", "123 45")).status())
                .isEqualTo(401);
        Answer code = browser.post("/sign-in/code", Map.of("code", enrolled.code(1)));

        assertThat(code.status()).isEqualTo(303);
        assertThat(code.location()).isEqualTo("/members");
        assertThat(browser.cookie("od-session")).isPresent().get().isNotEqualTo(halfway);
        assertThat(browser.get("/members").status()).isEqualTo(200);
        assertThat(browser.get("/sign-in/code").location()).as("over").endsWith("/sign-in");
    }

    @Test
    void aRecoveryCodeStandsInForThePhoneOnce() {
        Team.Person person = team().owner();
        Enrolled enrolled = enrol(browserOf(person));
        assertThat(enrolled.recovery()).hasSize(10);
        Map<String, String> code = Map.of("code", enrolled.recovery().get(0));
        Browser first = browser();
        signIn(first, person, "");
        Browser second = browser();
        signIn(second, person, "");

        assertThat(first.post("/sign-in/code", code).status()).isEqualTo(303);
        assertThat(second.post("/sign-in/code", code).status()).isEqualTo(401);
        assertThat(first.get("/account/two-step").body()).doesNotContain(enrolled.recovery());
    }

    @Test
    void turningItOnEndsTheOtherSessionsAndTurningItOffTakesACode() {
        Team.Person person = team().owner();
        Browser browser = browserOf(person);
        Browser other = browserOf(person);
        Enrolled enrolled = enrol(browser);
        assertThat(other.get("/").location()).startsWith("/sign-in");

        assertThat(browser.post("/account/two-step/disable", Map.of("password", PASSWORD, "code", "1"))
                        .status())
                .isEqualTo(422);
        assertThat(browser.post(
                                "/account/two-step/disable",
                                Map.of(
                                        "password",
                                        PASSWORD,
                                        "code",
                                        enrolled.recovery().get(0)))
                        .status())
                .isEqualTo(302);
        assertThat(signIn(browser(), person, "").status()).isEqualTo(303);
    }

    /** ASVS 6.3.3. */
    @Test
    void whereItIsRequiredOnlyTheSetUpAnswersBefore() {
        Team team = team();
        Team.Person viewer = member(team.workspace(), Role.VIEWER);
        Browser owner = browserOf(team.owner());
        enrol(owner);
        owner.post("/settings/two-step", Map.of("required", "true"));
        Browser browser = browserOf(viewer);

        assertThat(browser.get("/members").location()).isEqualTo("/account/two-step");
        Answer fragment = browser.get("/members", "HX-Request", "true");
        assertThat(fragment.status()).isEqualTo(403);
        assertThat(fragment.header("HX-Redirect")).contains("/account/two-step");
        assertThat(browser.get("/account/two-step").status()).isEqualTo(200);

        enrol(browser);

        assertThat(browser.get("/members").status()).isEqualTo(200);
        assertThat(owner.get("/members").status()).isEqualTo(200);
    }

    @Test
    void anInvitationIsNoWayAroundTheCode() {
        Team.Person person = team().owner();
        enrol(browserOf(person));
        Team team = team();
        String code = CurrentWorkspace.call(
                team.workspace(),
                () -> invitations.invite(
                        person.mail(), Role.VIEWER, team.owner().id(), OWNERS));
        Browser browser = browser();
        browser.get("/invitations/" + code);

        Answer answer = browser.post("/invitations/" + code, Map.of("name", "", "password", PASSWORD));

        assertThat(answer.location()).endsWith("/sign-in/code");
        assertThat(browser.get("/").location()).startsWith("/sign-in");
    }

    @Test
    void anOwnerHandsOverALinkForANewPassword() {
        Team team = team();
        Team.Person viewer = member(team.workspace(), Role.VIEWER);
        Browser theirs = browserOf(viewer);
        Answer page = browserOf(team.owner()).post("/members/" + viewer.id() + "/password-reset", Map.of());
        Matcher link = LINK.matcher(page.body());
        assertThat(link.find()).isTrue();
        Browser browser = browser();

        assertThat(browser.get(link.group()).body()).contains(viewer.mail());
        assertThat(browser.post(link.group(), Map.of("password", "short")).status())
                .isEqualTo(422);
        assertThat(browser.post(link.group(), Map.of("password", NEW)).location())
                .endsWith("/sign-in?changed=true");

        assertThat(theirs.get("/").location()).startsWith("/sign-in");
        assertThat(browser.get(link.group()).status()).isEqualTo(404);
        assertThat(browser().signIn(viewer.mail(), PASSWORD).status()).isEqualTo(401);
        assertThat(browser().signIn(viewer.mail(), NEW).status()).isEqualTo(303);
    }

    /** ASVS 7.2.4 and 7.4: a new session id, and nobody else is signed in any more. */
    @Test
    void aMemberChangesHisOwnPasswordWithTheOldOne() {
        Team.Person person = team().owner();
        Browser browser = browserOf(person);
        Browser other = browserOf(person);
        assertThat(browser.get("/account").body()).contains("current-password");
        String before = browser.cookie("od-session").orElseThrow();

        Answer wrong = browser.post("/account/password", Map.of("current", "not my password", "password", NEW));
        assertThat(wrong.status()).isEqualTo(422);
        assertThat(wrong.body()).contains("id=\"current-error\"");
        Answer weak = browser.post("/account/password", Map.of("current", PASSWORD, "password", "short"));
        assertThat(weak.body()).contains("id=\"password-error\"");
        assertThat(other.get("/").status()).isEqualTo(200);

        Answer done = browser.post("/account/password", Map.of("current", PASSWORD, "password", NEW));

        assertThat(done.location()).endsWith("/account?changed=true");
        assertThat(browser.cookie("od-session")).isPresent().get().isNotEqualTo(before);
        assertThat(browser.get("/account?changed=true").status()).isEqualTo(200);
        assertThat(browser.post("/preferences/language", Map.of("lang", "en")).status())
                .as("forms go on")
                .isLessThan(400);
        assertThat(other.get("/").location()).startsWith("/sign-in");
        assertThat(browser().signIn(person.mail(), PASSWORD).status()).isEqualTo(401);
        assertThat(browser().signIn(person.mail(), NEW).status()).isEqualTo(303);
    }

    @Test
    void guessingTheOldPasswordFromAStolenSessionIsSlowedDown() {
        Browser browser = browserOf(team().owner());
        browser.get("/account");
        for (int i = 0; i < 5; i++) {
            browser.post("/account/password", Map.of("current", "wrong password " + i, "password", NEW));
        }

        Answer right = browser.post("/account/password", Map.of("current", PASSWORD, "password", NEW));

        assertThat(right.status()).isEqualTo(422);
        assertThat(right.body()).contains("class=\"sum\"");
    }

    /** S-45: the link has the address of the installation, whatever the request says. */
    @Test
    void aLinkForANewPasswordDoesNotFollowTheHostHeader() {
        Team team = team();
        Team.Person viewer = member(team.workspace(), Role.VIEWER);
        Browser owner = browserOf(team.owner());

        Answer page =
                owner.post("/members/" + viewer.id() + "/password-reset", Map.of(), "X-Forwarded-Host", "evil.example");

        assertThat(LINK.matcher(page.body()).find()).isTrue();
        assertThat(page.body()).doesNotContain("evil.example");
    }

    @Test
    void theListSaysWhoWasHereAndWhoSignsInInTwoSteps() {
        Team team = team();
        member(team.workspace(), Role.VIEWER);
        Browser owner = browserOf(team.owner());
        enrol(owner);

        String page = owner.get("/members").body();

        assertThat(page).containsOnlyOnce("pill good").contains("pill plain");
    }

    /** S-34. */
    @Test
    void whoeverForgotHisPasswordLearnsNothingAboutAddresses() {
        String known = team().owner().mail();
        Answer one = ask(known);
        Answer other = ask("nobody-" + known);

        assertThat(one.status()).isEqualTo(200);
        assertThat(other.status()).isEqualTo(200);
        assertThat(plain(other)).isEqualTo(plain(one));
    }

    private record Enrolled(String key, List<String> recovery) {

        String code(int steps) {
            return codeOf(key, Instant.now().getEpochSecond() / 30 + steps);
        }
    }

    private static Enrolled enrol(Browser browser) {
        browser.post("/account/two-step/begin", Map.of());
        Matcher key = KEY.matcher(browser.get("/account/two-step").body());
        assertThat(key.find()).isTrue();
        String code = codeOf(key.group(1), Instant.now().getEpochSecond() / 30);
        Answer done = browser.post("/account/two-step/confirm", Map.of("password", PASSWORD, "code", code));
        assertThat(done.status()).isEqualTo(200);
        return new Enrolled(
                key.group(1),
                RECOVERY.matcher(done.body())
                        .results()
                        .map(match -> match.group())
                        .toList());
    }

    private static Answer signIn(Browser browser, Team.Person person, String next) {
        browser.get("/sign-in");
        Answer answer = browser.post("/sign-in", Map.of("mail", person.mail(), "password", PASSWORD, "next", next));
        browser.get("/sign-in/code");
        return answer;
    }

    private Answer ask(String mail) {
        Browser browser = browser();
        browser.get("/password-resets");
        return browser.post("/password-resets", Map.of("mail", mail));
    }

    private static String plain(Answer page) {
        return page.body()
                .replaceAll("(name=\"_csrf\" value|name=\"csrf-token\" content)=\"[^\"]*\"", "")
                .replaceAll("nobody-|owner\\d+@example.com", "");
    }

    /** What an app does with the key. */
    private static String codeOf(String base32, long step) {
        var bytes = ByteBuffer.allocate(20);
        int bits = 0;
        int held = 0;
        for (char each : base32.toCharArray()) {
            bits = bits << 5 | "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(each);
            held += 5;
            if (held >= 8) {
                held -= 8;
                bytes.put((byte) (bits >> held));
                bits &= (1 << held) - 1;
            }
        }
        try {
            Mac mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(bytes.array(), "HmacSHA1"));
            byte[] hash = mac.doFinal(ByteBuffer.allocate(8).putLong(step).array());
            int number = ByteBuffer.wrap(hash).getInt(hash[19] & 15) & Integer.MAX_VALUE;
            return String.format(Locale.ROOT, "%06d", number % 1_000_000);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
