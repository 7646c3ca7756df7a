package io.opsdeck.web.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opsdeck.core.member.Invitations;
import io.opsdeck.core.security.Permission;
import io.opsdeck.core.security.Role;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.web.testing.Answer;
import io.opsdeck.web.testing.Browser;
import io.opsdeck.web.testing.Team;
import io.opsdeck.web.testing.WebTest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.dao.DataAccessException;

/** Signing in, roles, invitations, tokens and the walls between workspaces, through the running application. */
class AccessTest extends WebTest {

    private static final Pattern INVITATION = Pattern.compile("/invitations/(opd_inv_[0-9A-Za-z]+)");

    @Autowired
    private Invitations invitations;

    @Test
    void theOwnerOfTheEnvironmentSignsInAndOut() {
        Browser browser = browser();
        Answer answer = browser.signIn(OWNER, PASSWORD);
        assertThat(answer.status()).isEqualTo(303);
        assertThat(answer.location()).isEqualTo("/");
        assertThat(browser.get("/").status()).isEqualTo(200);

        assertThat(browser.post("/sign-out", Map.of()).status()).isEqualTo(302);
        assertThat(browser.get("/").location()).isEqualTo("/sign-in");
    }

    @Test
    void theSessionGetsANewNameAtSignIn() {
        Team team = team();
        Browser browser = browser();
        browser.get("/sign-in");
        String before = browser.cookie("od-session").orElse("none");
        browser.post("/sign-in", Map.of("mail", team.owner().mail(), "password", PASSWORD));
        String after = browser.cookie("od-session").orElse("none");

        assertThat(before).isNotEqualTo("none").isNotEqualTo(after);
        Answer stolen = browser().get("/", "Cookie", "od-session=" + before);
        assertThat(stolen.location()).isEqualTo("/sign-in");
    }

    @Test
    void aWrongPasswordAndAnUnknownMailLookTheSame() {
        Team team = team();
        String unknown = team.owner().mail().replace("owner", "other");
        Answer wrong = browser().signIn(team.owner().mail(), "a wrong password");
        Answer nobody = browser().signIn(unknown, "a wrong password");

        assertThat(wrong.status()).isEqualTo(401);
        assertThat(nobody.status()).isEqualTo(401);
        assertThat(plain(nobody, unknown)).isEqualTo(plain(wrong, team.owner().mail()));
    }

    @Test
    void theSixthWrongPasswordHasToWaitEvenIfItIsRight() {
        Team team = team();
        for (int i = 0; i < 5; i++) {
            assertThat(browser().signIn(team.owner().mail(), "wrong " + i).status())
                    .isEqualTo(401);
        }
        assertThat(browser().signIn(team.owner().mail(), "wrong again").status())
                .isEqualTo(429);
        assertThat(browser().signIn(team.owner().mail(), PASSWORD).status()).isEqualTo(429);
        assertThat(browser().signIn(team().owner().mail(), PASSWORD).status())
                .as("somebody else")
                .isEqualTo(303);
    }

    @Test
    void afterSignInOnlyOwnPathsAreFollowed() {
        Team team = team();
        for (String evil : List.of(
                "//evil.example",
                "https://evil.example",
                "/\\evil.example",
                "\\/evil.example",
                "javascript:alert(1)",
                "evil",
                "/a\nb",
                "/ /evil.example",
                "")) {
            assertThat(arrival(team, evil)).as("next=%s", evil).isEqualTo("/");
        }
        assertThat(arrival(team, "/members?q=lin")).isEqualTo("/members?q=lin");
    }

    @Test
    void whoeverHasToSignInFirstArrivesWhereHeWantedTo() {
        Team team = team();
        Browser browser = browser();
        String wanted = browser.get("/members?q=lin").location();
        assertThat(wanted).isEqualTo("/sign-in?next=%2Fmembers%3Fq%3Dlin");
        Answer page = browser.get(wanted);
        assertThat(page.body()).contains("name=\"next\" value=\"/members?q=lin\"");
    }

    @Test
    void aChangedCellOfTheMatrixCountsForTheNextRequest() {
        Team team = team();
        Browser owner = browserOf(team.owner());
        Browser viewer = browserOf(member(team.workspace(), Role.VIEWER));
        assertThat(viewer.get("/audit").status()).isEqualTo(403);

        Map<String, String> give = Map.of("seen", "viewer -audit:read", "cell", "viewer audit:read");
        assertThat(owner.post("/roles", give).status()).isEqualTo(302);
        assertThat(viewer.get("/audit").status()).isEqualTo(200);
        assertThat(viewer.get("/").body()).contains("href=\"/audit\"");

        assertThat(owner.post("/roles", Map.of("seen", "viewer +audit:read")).status())
                .isEqualTo(302);
        assertThat(viewer.get("/audit").status()).isEqualTo(403);
        assertThat(viewer.get("/").body()).doesNotContain("href=\"/audit\"");
    }

    @Test
    void theOwnersColumnIsFixed() {
        Team team = team();
        Browser owner = browserOf(team.owner());
        assertThat(owner.post("/roles", Map.of("seen", "owner +role:manage")).status())
                .isEqualTo(409);
        assertThat(owner.get("/roles").status()).isEqualTo(200);
    }

    @Test
    void aMatrixBelongsToItsWorkspace() {
        Team mine = team();
        Team other = team();
        allow(mine.workspace(), Role.VIEWER, Permission.JOB_MANAGE, true);

        assertThat(CurrentWorkspace.call(mine.workspace(), () -> roles.permissions(Role.VIEWER)))
                .contains(Permission.JOB_MANAGE);
        assertThat(CurrentWorkspace.call(other.workspace(), () -> roles.permissions(Role.VIEWER)))
                .doesNotContain(Permission.JOB_MANAGE);
    }

    @Test
    void signingSomebodyOutEverywhereEndsHisSessionsAtOnce() {
        Team team = team();
        Team.Person operator = member(team.workspace(), Role.OPERATOR);
        Browser here = browserOf(operator);
        Browser there = browserOf(operator);
        Browser owner = browserOf(team.owner());

        assertThat(owner.post("/members/" + operator.id() + "/sign-out", Map.of())
                        .status())
                .isEqualTo(302);

        assertThat(here.get("/").location()).isEqualTo("/sign-in");
        assertThat(there.get("/").location()).isEqualTo("/sign-in");
        assertThat(owner.get("/").status()).isEqualTo(200);
        assertThat(browserOf(operator).get("/").status()).isEqualTo(200);
    }

    @Test
    void aRemovedMemberIsOutAtOnceWithHisTokens() {
        Team team = team();
        Team.Person analyst = member(team.workspace(), Role.ANALYST);
        Browser browser = browserOf(analyst);
        String token = token(team.workspace(), analyst, Set.of(Permission.WORKSPACE_READ), null);
        assertThat(api(token).status()).isEqualTo(200);

        browserOf(team.owner()).post("/members/" + analyst.id() + "/remove", Map.of());

        assertThat(browser.get("/").location()).isEqualTo("/sign-in");
        assertThat(api(token).status()).isEqualTo(401);
    }

    @Test
    void aChangedRoleCountsForTheNextRequest() {
        Team team = team();
        Team.Person person = member(team.workspace(), Role.VIEWER);
        Browser browser = browserOf(person);
        assertThat(browser.get("/settings").status()).isEqualTo(403);

        browserOf(team.owner()).post("/members/" + person.id() + "/role", Map.of("role", "admin"));

        assertThat(browser.get("/settings").status()).isEqualTo(200);
    }

    @Test
    void nobodyHandsOutMoreThanHeHas() {
        Team team = team();
        Team.Person manager = member(team.workspace(), Role.MANAGER);
        Browser browser = browserOf(manager);

        assertThat(browser.post("/members/" + manager.id() + "/role", Map.of("role", "owner"))
                        .status())
                .isEqualTo(403);
        assertThat(browser.post("/members/" + team.owner().id() + "/role", Map.of("role", "viewer"))
                        .status())
                .isEqualTo(403);
        assertThat(browser.post("/members/" + team.owner().id() + "/remove", Map.of())
                        .status())
                .isEqualTo(403);
        assertThat(browser.post("/members/invitations", Map.of("mail", "x@example.com", "role", "owner"))
                        .status())
                .isEqualTo(422);
    }

    @Test
    void theLastOwnerStays() {
        Team team = team();
        Browser owner = browserOf(team.owner());
        assertThat(owner.post("/members/" + team.owner().id() + "/role", Map.of("role", "viewer"))
                        .status())
                .isEqualTo(409);
        assertThat(owner.post("/members/" + team.owner().id() + "/remove", Map.of())
                        .status())
                .isEqualTo(409);
    }

    @Test
    void anInvitationWorksOnce() {
        Team team = team();
        Browser owner = browserOf(team.owner());
        String mail = "guest-of-" + team.owner().mail();
        Answer invited = owner.post("/members/invitations", Map.of("mail", mail, "role", "content"));
        Matcher link = INVITATION.matcher(invited.body());
        assertThat(link.find()).isTrue();
        String path = link.group();
        assertThat(owner.get("/members").body()).as("the link is shown once").doesNotContain(link.group(1));

        Browser guest = browser();
        assertThat(guest.get(path).status()).isEqualTo(200);
        assertThat(guest.post(path, Map.of("name", "Lin Yue", "password", "short"))
                        .status())
                .isEqualTo(422);
        assertThat(guest.post(path, Map.of("name", "Lin Yue", "password", PASSWORD))
                        .status())
                .isEqualTo(302);
        assertThat(guest.get("/").status()).isEqualTo(200);
        assertThat(guest.get("/audit").status()).as("as a content member").isEqualTo(403);

        Browser second = browser();
        assertThat(second.get(path).status()).isEqualTo(404);
        second.get("/sign-in");
        assertThat(second.post(path, Map.of("name", "Eve", "password", PASSWORD))
                        .status())
                .isEqualTo(404);
    }

    @Test
    void aWithdrawnInvitationIsGone() {
        Team team = team();
        String code = CurrentWorkspace.call(
                team.workspace(),
                () -> invitations.invite(
                        "gone-of-" + team.owner().mail(),
                        Role.VIEWER,
                        team.owner().id(),
                        OWNERS));
        assertThat(browser().get("/invitations/" + code).status()).isEqualTo(200);
        CurrentWorkspace.run(
                team.workspace(),
                () -> invitations.withdraw(invitations.list().get(0).id()));
        assertThat(browser().get("/invitations/" + code).status()).isEqualTo(404);
    }

    @Test
    void aKnownMemberAcceptsOnlyWithHisOwnPassword() {
        Team mine = team();
        Team other = team();
        String code = CurrentWorkspace.call(
                other.workspace(),
                () -> invitations.invite(
                        mine.owner().mail(), Role.VIEWER, other.owner().id(), OWNERS));
        Browser browser = browser();
        String path = "/invitations/" + code;
        browser.get(path);
        assertThat(browser.post(path, Map.of("name", "Eve", "password", "another fine password"))
                        .status())
                .isEqualTo(422);
        assertThat(browser.get("/").location()).isEqualTo("/sign-in");
        assertThat(browser.post(path, Map.of("name", "", "password", PASSWORD)).status())
                .isEqualTo(302);
        assertThat(browser.get("/").status()).isEqualTo(200);
    }

    @Test
    void aTokenMayDoWhatItsScopesAndItsOwnersRoleAllow() {
        Team team = team();
        String narrow = token(team.workspace(), team.owner(), Set.of(Permission.EVENT_READ), null);
        assertThat(api(narrow).status()).isEqualTo(403);
        String wide = token(team.workspace(), team.owner(), Set.of(Permission.WORKSPACE_READ), null);
        Answer answer = api(wide);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).contains(team.workspace().toString());

        allow(team.workspace(), Role.ADMIN, Permission.WORKSPACE_READ, false);
        Team.Person admin = member(team.workspace(), Role.ADMIN);
        String hollow = token(team.workspace(), admin, Set.of(Permission.WORKSPACE_READ), null);
        assertThat(api(hollow).status())
                .as("the role lost what the token was given")
                .isEqualTo(403);
    }

    @Test
    void aTokenOfOneWorkspaceDoesNotReachAnother() {
        Team mine = team();
        Team other = team();
        String token = token(mine.workspace(), mine.owner(), Set.of(Permission.WORKSPACE_READ), null);
        Answer answer = browser()
                .get(
                        "/api/v1/workspaces",
                        "Authorization",
                        "Bearer " + token,
                        "Opsdeck-Workspace",
                        other.workspace().toString());
        assertThat(answer.status()).isEqualTo(401);
        Answer whole = browser()
                .get(
                        "/api/v1/workspaces",
                        "Authorization",
                        "Bearer " + TOKEN,
                        "Opsdeck-Workspace",
                        other.workspace().toString());
        assertThat(whole.status()).as("its owner is no member there").isEqualTo(401);
    }

    @Test
    void aRevokedOrExpiredTokenIsNobody() {
        Team team = team();
        Set<Permission> scopes = Set.of(Permission.WORKSPACE_READ);
        String revoked = token(team.workspace(), team.owner(), scopes, Duration.ofDays(30));
        assertThat(api(revoked).status()).isEqualTo(200);
        UUID id = CurrentWorkspace.call(
                team.workspace(), () -> tokens.list().get(0).id());
        browserOf(team.owner()).post("/tokens/" + id + "/revoke", Map.of());
        assertThat(api(revoked).status()).isEqualTo(401);

        String expired = token(team.workspace(), team.owner(), scopes, Duration.ofSeconds(-1));
        assertThat(api(expired).status()).isEqualTo(401);
        assertThat(api("opd_api_" + "0".repeat(30)).status()).isEqualTo(401);
    }

    @Test
    void aTokenIsNoWayIntoThePagesAndASessionNoneIntoTheApi() {
        Team team = team();
        String token = token(team.workspace(), team.owner(), Set.of(Permission.MEMBER_READ), null);
        assertThat(browser().get("/members", "Authorization", "Bearer " + token).status())
                .isEqualTo(303);
        assertThat(browserOf(team.owner()).get("/api/v1/workspaces").status()).isEqualTo(401);
    }

    @Test
    void theDatabaseItselfHidesTheRowsOfOtherWorkspaces() {
        Team mine = team();
        Team other = team();
        String rows = "select count(*) from core.membership where workspace_id = ?";

        assertThat(count(mine, rows, mine)).isEqualTo(1);
        assertThat(count(mine, rows, other)).isZero();
        assertThat(jdbc.sql("select count(*) from core.membership")
                        .query(Long.class)
                        .single())
                .as("without a workspace")
                .isZero();
        Long all = CurrentWorkspace.callAsSystem(() ->
                transactions.execute(status -> jdbc.sql("select count(distinct workspace_id) from core.membership")
                        .query(Long.class)
                        .single()));
        assertThat(all).as("the system sees all").isGreaterThanOrEqualTo(2);
    }

    @Test
    void noRowCanBeWrittenIntoAnotherWorkspace() {
        Team mine = team();
        Team other = team();
        assertThatThrownBy(() -> CurrentWorkspace.run(
                        mine.workspace(),
                        () -> transactions.executeWithoutResult(status -> jdbc.sql(
                                        "insert into core.role_permission (workspace_id, role, permission, allowed)"
                                                + " values (?, 'viewer', 'job:read', true)")
                                .param(other.workspace().id())
                                .update())))
                .isInstanceOf(DataAccessException.class)
                .rootCause()
                .hasMessageContaining("row-level security");
    }

    @Test
    void theAuditTrailCannotBeRewritten() {
        Team team = team();
        for (String statement : List.of(
                "update core.audit_entry set actor_name = 'Nobody'",
                "delete from core.audit_entry",
                "truncate core.audit_entry")) {
            assertThatThrownBy(() -> CurrentWorkspace.run(
                            team.workspace(),
                            () -> transactions.executeWithoutResult(
                                    status -> jdbc.sql(statement).update())))
                    .as(statement)
                    .isInstanceOf(DataAccessException.class)
                    .rootCause()
                    .hasMessageContaining("permission denied");
        }
    }

    @Test
    void everyTableOfWorkspacesIsBehindRowLevelSecurity() {
        List<String> open = jdbc.sql("""
                        select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
                        where c.relkind in ('r', 'p') and n.nspname in ('core', 'analytics', 'users', 'content', 'campaign')
                          and exists (select from pg_attribute a
                            where a.attrelid = c.oid and a.attname = 'workspace_id' and not a.attisdropped)
                          and not (c.relrowsecurity and c.relforcerowsecurity) and not c.relispartition
                        """).query(String.class).list();
        assertThat(open).as("call core.protect('…') in the migration").isEmpty();
    }

    @Test
    void theSetUpPageIsGoneOnceThereIsAnOwner() {
        assertThat(browser().get("/set-up?code=opd_setup_x").status()).isEqualTo(404);
        assertThat(browser().get("/set-up").status()).isEqualTo(404);
    }

    private String arrival(Team team, String next) {
        Browser browser = browser();
        browser.get("/sign-in");
        Answer answer =
                browser.post("/sign-in", Map.of("mail", team.owner().mail(), "password", PASSWORD, "next", next));
        assertThat(answer.status()).isEqualTo(303);
        return answer.location();
    }

    private Answer api(String token) {
        return browser().get("/api/v1/workspaces", "Authorization", "Bearer " + token);
    }

    private long count(Team within, String sql, Team of) {
        return CurrentWorkspace.call(
                within.workspace(),
                () -> java.util.Objects.requireNonNull(transactions.execute(status -> jdbc.sql(sql)
                        .param(of.workspace().id())
                        .query(Long.class)
                        .single())));
    }

    /** A page without what differs from request to request. */
    private static String plain(Answer page, String mail) {
        return page.body()
                .replace(mail, "")
                .replaceAll("(name=\"_csrf\" value|name=\"csrf-token\" content)=\"[^\"]*\"", "");
    }
}
