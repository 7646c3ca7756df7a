package io.opsdeck.web.signon;

import static org.assertj.core.api.Assertions.assertThat;

import io.opsdeck.core.member.Invitations;
import io.opsdeck.core.member.PasswordResets;
import io.opsdeck.core.security.Authority;
import io.opsdeck.core.security.Permission;
import io.opsdeck.core.security.Role;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.web.signon.TestProvider.Signature;
import io.opsdeck.web.signon.TestProvider.Someone;
import io.opsdeck.web.testing.Answer;
import io.opsdeck.web.testing.Browser;
import io.opsdeck.web.testing.Team;
import io.opsdeck.web.testing.WebTest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;

/** Sign-in through a real provider, and everything that a false one might answer. */
class SignOnTest extends WebTest {

    private static final String START = "/oauth2/authorization/oidc";
    private static final HttpClient OUTSIDE =
            HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build();
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final TestProvider provider = new TestProvider();

    @Autowired
    private Invitations invitations;

    @Autowired
    private PasswordResets resets;

    @BeforeEach
    void anOwnerSetsTheProvider() {
        Browser owner = firstOwner();
        owner.get("/settings/sign-on");
        Answer saved = owner.post("/settings/sign-on", settings(Map.of()));
        assertThat(saved.location()).as(saved.body()).endsWith("/settings/sign-on?saved=true");
        assertThat(owner.get("/settings/sign-on").body()).contains(provider.issuer());
    }

    @AfterEach
    void withoutProvider() {
        jdbc.sql("delete from core.sign_on_exemption").update();
        jdbc.sql("delete from core.sign_on_provider").update();
        provider.close();
    }

    @Test
    void aNewPersonOfADomainComesInAndStaysTheSameMember() {
        Someone person = person("corp.example");
        Browser browser = browser();
        String before = session(browser);

        Answer in = signIn(browser, person, "/members?q=x");

        assertThat(in.status()).isEqualTo(303);
        assertThat(in.location()).isEqualTo("/members?q=x");
        assertThat(session(browser)).as("ASVS 7.2.4").isNotEqualTo(before);
        assertThat(browser.get("/members").status()).isEqualTo(200);
        UUID member = member(person.mail());
        assertThat(role(member)).isEqualTo("analyst");

        Someone renamed = new Someone(person.subject(), "other" + person.mail(), true, "Renamed");
        Browser again = browser();
        assertThat(signIn(again, renamed, "").status()).isEqualTo(303);
        assertThat(again.get("/").body()).contains(person.mail()).doesNotContain("Renamed");
        assertThat(tied(person.subject())).isEqualTo(member);
    }

    @Test
    void aMemberOfADomainIsTiedOnceAndNeverByMailAgain() {
        Team team = team();
        String mail = "tied" + NUMBER.incrementAndGet() + "@corp.example";
        rename(team.owner(), mail);
        Someone person = new Someone(UUID.randomUUID().toString(), mail, true, "Lin");

        Browser browser = browser();
        assertThat(signIn(browser, person, "").status()).isEqualTo(303);
        assertThat(tied(person.subject())).isEqualTo(team.owner().id());

        Someone successor = new Someone(UUID.randomUUID().toString(), mail, true, "Somebody with the same address");
        Browser other = browser();
        assertThat(signIn(other, successor, "").status()).isEqualTo(403);
        assertThat(other.get("/").location()).startsWith("/sign-in");
    }

    @Test
    void anInvitationTiesAnAddressOfAnyDomainAndOnlyThatOne() {
        Team team = team();
        Someone invited = person("elsewhere.example");
        String code = CurrentWorkspace.call(
                team.workspace(),
                () -> invitations.invite(
                        String.valueOf(invited.mail()),
                        Role.CONTENT,
                        team.owner().id(),
                        new Authority(Role.OWNER, EnumSet.allOf(Permission.class))));
        assertThat(browser().get("/invitations/" + code).body()).contains(START + "?invitation=" + code);

        Browser stranger = browser();
        assertThat(signIn(stranger, person("elsewhere.example"), "", code).status())
                .isEqualTo(403);
        Browser browser = browser();
        assertThat(signIn(browser, invited, "", code).status()).isEqualTo(303);

        UUID member = member(invited.mail());
        assertThat(role(member)).isEqualTo("content");
        assertThat(browser.get("/").body()).contains("Team");
        assertThat(browser().get("/invitations/" + code).status()).isEqualTo(404);
        assertThat(signIn(browser(), invited, "").status()).as("afterwards").isEqualTo(303);
    }

    @Test
    void whoIsNotInvitedStaysOutside() {
        Browser browser = browser();

        assertThat(signIn(browser, person("elsewhere.example"), "").status()).isEqualTo(403);
        assertThat(browser.get("/").location()).startsWith("/sign-in");
    }

    @Test
    void aMailThatTheProviderTellsOnlyWhenAskedCounts() {
        provider.tellMailOnlyWhenAsked();

        assertThat(signIn(browser(), person("corp.example"), "").status()).isEqualTo(303);
    }

    static Stream<Arguments> lies() {
        Date past = Date.from(Instant.now().minusSeconds(600));
        return Stream.of(
                lie("another nonce", provider -> provider.spoil(claims -> claims.claim("nonce", "another"))),
                lie("no nonce", provider -> provider.spoil(claims -> claims.claim("nonce", null))),
                lie("another audience", provider -> provider.spoil(claims -> claims.audience("another"))),
                lie(
                        "two audiences, not said for whom",
                        provider -> provider.spoil(claims -> claims.audience(List.of(TestProvider.CLIENT, "another")))),
                lie("made for another", provider -> provider.spoil(claims -> claims.claim("azp", "another"))),
                lie("another issuer", provider -> provider.spoil(claims -> claims.issuer("https://evil.example"))),
                lie("expired", provider -> provider.spoil(claims -> claims.expirationTime(past))),
                lie("never expires", provider -> provider.spoil(claims -> claims.expirationTime(null))),
                lie(
                        "issued tomorrow",
                        provider -> provider.spoil(claims ->
                                claims.issueTime(Date.from(Instant.now().plusSeconds(600))))),
                lie("no subject", provider -> provider.spoil(claims -> claims.subject(null))),
                lie("another key", provider -> provider.sign(Signature.FOREIGN_KEY)),
                lie("signed with the secret", provider -> provider.sign(Signature.SECRET)),
                lie("not signed", provider -> provider.sign(Signature.NONE)));
    }

    private static Arguments lie(String name, Consumer<TestProvider> how) {
        return Arguments.of(name, how);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lies")
    void aTokenThatIsNotForUsIsRefused(String name, Consumer<TestProvider> how) {
        how.accept(provider);
        Someone person = person("corp.example");
        Browser browser = browser();

        Answer answer = signIn(browser, person, "");

        assertThat(answer.status()).as(name).isEqualTo(401);
        assertThat(browser.get("/").location()).as(name).startsWith("/sign-in");
        assertThat(count(person.mail())).as(name).isZero();
    }

    @Test
    void aMailThatNobodyVerifiedTiesNobody() {
        Someone person = person("corp.example");
        Browser browser = browser();

        Answer answer = signIn(browser, new Someone(person.subject(), person.mail(), false, "Lin"), "");

        assertThat(answer.status()).isEqualTo(403);
        assertThat(count(person.mail())).isZero();
        assertThat(signIn(browser(), new Someone(person.subject(), null, true, "Lin"), "")
                        .status())
                .isEqualTo(403);
    }

    @Test
    void anAnswerCountsOnceAndInItsOwnSession() {
        provider.signIn(person("corp.example"));
        Browser browser = browser();
        String answer = answerTo(browser.get(START));

        Browser thief = browser();
        thief.get("/sign-in");
        assertThat(thief.get(answer).status()).as("no attempt").isEqualTo(401);
        thief.get(START);
        assertThat(thief.get(answer).status()).as("another attempt").isEqualTo(401);

        assertThat(browser.get(answer).status()).isEqualTo(303);
        Answer replay = browser.get(answer);
        assertThat(replay.status()).as("replay").isEqualTo(401);
        assertThat(replay.body()).doesNotContain("code=");
        assertThat(browser.get("/").status()).as("still in").isEqualTo(200);
    }

    @Test
    void whoDeclinesIsNotSignedIn() {
        provider.decline();

        Answer answer = signIn(browser(), person("corp.example"), "");

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.body()).contains("/sign-in");
    }

    @Test
    void theWayBackLeadsOnlyToPagesOfOurs() {
        assertThat(signIn(browser(), person("corp.example"), "//evil.example").location())
                .isEqualTo("/");
    }

    @Test
    void aDisabledMemberStaysOutside() {
        Someone person = person("corp.example");
        signIn(browser(), person, "");
        jdbc.sql("update core.member set disabled_at = now() where mail = ?")
                .param(person.mail())
                .update();

        assertThat(signIn(browser(), person, "").status()).isEqualTo(403);
    }

    @Test
    void parallelFirstAttemptsMakeOneMember() throws Exception {
        Someone person = person("corp.example");
        provider.signIn(person);
        List<Browser> browsers = new ArrayList<>();
        List<String> answers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Browser browser = browser();
            browsers.add(browser);
            answers.add(answerTo(browser.get(START)));
        }
        ExecutorService pool = Executors.newFixedThreadPool(4);
        List<Callable<Integer>> attempts = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Browser browser = browsers.get(i);
            String answer = answers.get(i);
            attempts.add(() -> browser.get(answer).status());
        }
        for (Future<Integer> status : pool.invokeAll(attempts)) {
            assertThat(status.get()).isEqualTo(303);
        }
        pool.shutdown();

        assertThat(count(person.mail())).isEqualTo(1);
    }

    @Test
    void theSecondStepIsTheProvidersAffair() {
        Team team = team();
        Someone person = person("elsewhere.example");
        String code = CurrentWorkspace.call(
                team.workspace(),
                () -> invitations.invite(
                        String.valueOf(person.mail()),
                        Role.VIEWER,
                        team.owner().id(),
                        new Authority(Role.OWNER, EnumSet.allOf(Permission.class))));
        browserOf(team.owner()).post("/settings/two-step", Map.of("required", "true"));
        Browser browser = browser();

        signIn(browser, person, "", code);

        assertThat(browser.get("/members").status()).isEqualTo(200);
        assertThat(browser.get("/account/two-step").body()).doesNotContain("/account/two-step/begin");
        assertThat(browser.get("/account").body()).doesNotContain("/account/password");
    }

    /** S-14: no way around the provider. */
    @Test
    void whereOnlyTheProviderCountsPasswordsOpenNothing() {
        Team team = team();
        String mail = "bound" + NUMBER.incrementAndGet() + "@corp.example";
        rename(team.owner(), mail);
        signIn(browser(), new Someone(UUID.randomUUID().toString(), mail, true, "Lin"), "");
        String handed = CurrentWorkspace.call(
                team.workspace(),
                () -> resets.hand(
                        member(team.workspace(), Role.VIEWER).id(), team.owner().id()));
        String invitation = CurrentWorkspace.call(
                team.workspace(),
                () -> invitations.invite(
                        "new" + mail,
                        Role.VIEWER,
                        team.owner().id(),
                        new Authority(Role.OWNER, EnumSet.allOf(Permission.class))));
        Browser known = browser();
        assertThat(known.signIn(mail, PASSWORD).status()).as("before").isEqualTo(303);

        close(List.of(OWNER));

        assertThat(browser().signIn(mail, PASSWORD).status()).isEqualTo(401);
        assertThat(browser().signIn(OWNER, PASSWORD).status()).as("exempt").isEqualTo(303);
        assertThat(browser().get("/sign-in").body()).contains(START).doesNotContain("id=\"password\"");
        assertThat(browser().get("/sign-in?password=true").body()).contains("id=\"password\"");
        assertThat(browser().get("/password-resets/" + handed).status()).isEqualTo(404);
        Browser newcomer = browser();
        assertThat(newcomer.get("/invitations/" + invitation).body()).doesNotContain("id=\"password\"");
        assertThat(newcomer.post("/invitations/" + invitation, Map.of("name", "New", "password", "six loud herons fly"))
                        .status())
                .isEqualTo(422);
        known.get("/account");
        assertThat(known.post("/account/password", Map.of("current", PASSWORD, "password", "nine loud cranes fly"))
                        .status())
                .isEqualTo(422);
        assertThat(browserOf(firstOwnerPerson())
                        .post("/members/" + member(mail) + "/password-reset", Map.of())
                        .status())
                .isEqualTo(404);
        Answer bound = ask(mail);
        Answer unknown = ask("nobody" + mail);
        assertThat(bound.status()).isEqualTo(unknown.status());
        assertThat(plain(bound)).isEqualTo(plain(unknown));
    }

    @Test
    void nobodyLocksTheInstallation() {
        Browser owner = firstOwner();
        owner.get("/settings/sign-on");

        assertThat(owner.post("/settings/sign-on", settings(Map.of("only", "true")))
                        .body())
                .as("untried")
                .contains("only-error");
        signIn(browser(), person("corp.example"), "");
        assertThat(owner.post("/settings/sign-on", settings(Map.of("only", "true")))
                        .body())
                .as("nobody exempt")
                .contains("exempt-error");
        assertThat(browser().signIn(OWNER, PASSWORD).status()).isEqualTo(303);
    }

    @Test
    void onlyTheOwnersOfTheFirstWorkspaceSayWhoTheProviderIs() {
        Browser other = browserOf(team().owner());

        assertThat(other.get("/settings/sign-on").status()).isEqualTo(404);
        assertThat(other.post("/settings/sign-on", settings(Map.of())).status()).isEqualTo(404);
        assertThat(other.post("/settings/sign-on/remove", Map.of()).status()).isEqualTo(404);
        assertThat(other.get("/settings").body()).doesNotContain("/settings/sign-on");
    }

    @Test
    void aWrongIssuerIsRefusedBeforeItIsSaved() {
        Browser owner = firstOwner();
        owner.get("/settings/sign-on");

        for (String wrong : List.of("https://127.0.0.1:1", provider.issuer() + "/", "ftp://x", "", "http://10.1.2.3")) {
            Answer answer = owner.post("/settings/sign-on", settings(Map.of("issuer", wrong)));
            assertThat(answer.status()).as(wrong).isEqualTo(422);
            assertThat(answer.body()).as(wrong).contains("issuer-error");
        }
        assertThat(owner.post("/settings/sign-on", settings(Map.of("clientSecret", "")))
                        .status())
                .as("the same issuer keeps its secret")
                .isEqualTo(302);
        assertThat(signIn(browser(), person("corp.example"), "").status()).isEqualTo(303);
        String row = jdbc.sql("select p::text from core.sign_on_provider p")
                .query(String.class)
                .single();
        assertThat(row).doesNotContain(TestProvider.SECRET).contains(provider.issuer());
    }

    @Test
    void aProviderThatIsGoneIsSaidToBe() {
        provider.close();
        jdbc.sql("update core.sign_on_provider set issuer = 'http://127.0.0.1:1'")
                .update();

        assertThat(browser().get(START).status()).isEqualTo(503);
        withoutProvider();
        assertThat(browser().get(START).status()).isEqualTo(404);
    }

    private void close(List<String> exempt) {
        Browser owner = firstOwner();
        owner.get("/settings/sign-on");
        String fields = "issuer=" + provider.issuer() + "&clientId=" + TestProvider.CLIENT
                + "&clientSecret=&label=Corp&domains=corp.example&role=analyst&only=true";
        StringBuilder form = new StringBuilder(fields);
        exempt.forEach(mail -> form.append("&exempt=").append(member(mail)));
        assertThat(owner.postForm("/settings/sign-on", form.toString()).status())
                .isEqualTo(302);
    }

    private Map<String, String> settings(Map<String, String> changes) {
        Map<String, String> form = new HashMap<>(Map.of(
                "issuer",
                provider.issuer(),
                "clientId",
                TestProvider.CLIENT,
                "clientSecret",
                TestProvider.SECRET,
                "label",
                "Corp",
                "domains",
                "@Corp.example, other.example",
                "role",
                "analyst"));
        form.putAll(changes);
        return form;
    }

    private Answer signIn(Browser browser, Someone person, String next) {
        return signIn(browser, person, next, "");
    }

    /** The whole way: to the provider, through it and back. */
    private Answer signIn(Browser browser, Someone person, String next, String invitation) {
        provider.signIn(person);
        String query = "?next=" + java.net.URLEncoder.encode(next, java.nio.charset.StandardCharsets.UTF_8)
                + "&invitation=" + invitation;
        Answer leaving = browser.get(START + query);
        assertThat(leaving.status()).as(leaving.body()).isEqualTo(303);
        return browser.get(answerTo(leaving));
    }

    /** What the provider sends the browser back with, as a path of ours. */
    private static String answerTo(Answer leaving) {
        String question = leaving.header("Location").orElseThrow();
        try {
            HttpResponse<Void> answer = OUTSIDE.send(
                    HttpRequest.newBuilder(URI.create(question)).build(), HttpResponse.BodyHandlers.discarding());
            assertThat(answer.statusCode()).isEqualTo(302);
            URI back = URI.create(answer.headers().firstValue("Location").orElseThrow());
            assertThat(back.getHost()).isEqualTo("localhost");
            return back.getRawPath() + "?" + back.getRawQuery();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static Someone person(String domain) {
        int number = NUMBER.incrementAndGet();
        return new Someone("subject-" + UUID.randomUUID(), "person" + number + "@" + domain, true, "Person " + number);
    }

    private Browser firstOwner() {
        return browserOf(firstOwnerPerson());
    }

    private Team.Person firstOwnerPerson() {
        return new Team.Person(member(OWNER), OWNER);
    }

    private void rename(Team.Person person, String mail) {
        jdbc.sql("update core.member set mail = ? where id = ?")
                .params(mail, person.id())
                .update();
    }

    private UUID member(@org.jspecify.annotations.Nullable String mail) {
        return jdbc.sql("select id from core.member where mail = ?")
                .param(mail)
                .query(UUID.class)
                .single();
    }

    private long count(@org.jspecify.annotations.Nullable String mail) {
        return jdbc.sql("select count(*) from core.member where mail = ?")
                .param(mail)
                .query(Long.class)
                .single();
    }

    private UUID tied(String subject) {
        return jdbc.sql("select member_id from core.sign_on_identity where subject = ?")
                .param(subject)
                .query(UUID.class)
                .single();
    }

    private String role(UUID member) {
        return CurrentWorkspace.callAsSystem(
                () -> transactions.execute(status -> jdbc.sql("select role from core.membership where member_id = ?")
                        .param(member)
                        .query(String.class)
                        .single()));
    }

    private static String session(Browser browser) {
        browser.get("/sign-in");
        return browser.cookie("od-session").orElse("");
    }

    private Answer ask(String mail) {
        Browser browser = browser();
        browser.get("/password-resets");
        return browser.post("/password-resets", Map.of("mail", mail));
    }

    private static String plain(Answer page) {
        return page.body()
                .replaceAll("(name=\"_csrf\" value|name=\"csrf-token\" content)=\"[^\"]*\"", "")
                .replaceAll("(nobody)?bound\\d+@corp.example", "");
    }
}
