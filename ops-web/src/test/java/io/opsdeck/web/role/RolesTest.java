package io.opsdeck.web.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.error.OpsdeckException;
import io.opsdeck.core.member.Invitations;
import io.opsdeck.core.security.Authority;
import io.opsdeck.core.security.Permission;
import io.opsdeck.core.security.Preset;
import io.opsdeck.core.security.Role;
import io.opsdeck.core.security.RoleChange;
import io.opsdeck.core.security.RoleError;
import io.opsdeck.core.security.RoleSettings;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.web.testing.Answer;
import io.opsdeck.web.testing.Browser;
import io.opsdeck.web.testing.Team;
import io.opsdeck.web.testing.WebTest;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Roles that a workspace adds, and who may change which, through the running application. */
class RolesTest extends WebTest {

    @Autowired
    private Invitations invitations;

    @Test
    void anAddedRoleAllowsWhatIsTickedFromTheNextRequestOn() {
        Team team = team();
        Browser owner = browserOf(team.owner());
        owner.get("/roles/new");
        String page = owner.post("/roles/new", Map.of("name", "夜班运营", "description", "周末值班", "role", "viewer"))
                .location();
        String key = page.replaceAll("^/roles/|\\?.*$", "");
        assertThat(owner.get(page).body()).contains("夜班运营", "周末值班");
        Team.Person person = member(
                team.workspace(),
                CurrentWorkspace.call(team.workspace(), () -> roles.require(key))
                        .role());
        Browser browser = browserOf(person);
        assertThat(browser.get("/audit").status()).isEqualTo(403);

        owner.post("/roles", Map.of("seen", key + " -audit:read", "cell", key + " audit:read"));
        assertThat(browser.get("/audit").status()).isEqualTo(200);
        String token = token(team.workspace(), person, Set.of(Permission.AUDIT_READ, Permission.WORKSPACE_READ), null);
        assertThat(api("GET", "/api/v1/workspaces", "", token).status()).isEqualTo(200);

        owner.post("/roles", Map.of("seen", key + " +audit:read +workspace:read"));
        assertThat(browser.get("/audit").status()).isEqualTo(403);
        assertThat(api("GET", "/api/v1/workspaces", "", token).status()).isEqualTo(403);
        assertThat(owner.get("/members").body()).contains("夜班运营");
        assertThat(owner.get("/audit?kind=role").body()).contains("夜班运营");
    }

    @Test
    void theBarSaysWhatTheTicksChangeAndNothingIsSavedYet() {
        Team team = team();
        Browser owner = browserOf(team.owner());
        owner.post("/preferences/language", Map.of("lang", "en"));
        owner.get("/roles");
        Answer review = owner.post(
                "/roles/review",
                Map.of("seen", "viewer -job:read +event:read -sql:run", "cell", "viewer job:read", "q", "jobs"));
        assertThat(review.status()).isEqualTo(200);
        assertThat(review.body())
                .contains("2 changes", "+ See jobs", "− See events")
                .doesNotContain("+ Run SQL");
        assertThat(review.body()).contains("value=\"viewer -job:read +event:read -sql:run\"");
        assertThat(CurrentWorkspace.call(team.workspace(), () -> roles.permissions(Role.VIEWER)))
                .contains(Permission.EVENT_READ)
                .doesNotContain(Permission.JOB_READ);
    }

    /** Somebody changes a cell while another one has the page open: only what he ticked himself is changed. */
    @Test
    void whatOthersChangedMeanwhileStays() {
        Team team = team();
        Browser owner = browserOf(team.owner());
        owner.get("/roles");
        allow(team.workspace(), Role.VIEWER, Permission.SQL_RUN, true);
        owner.post("/roles", Map.of("seen", "viewer -job:read -sql:run", "cell", "viewer job:read"));
        assertThat(CurrentWorkspace.call(team.workspace(), () -> roles.permissions(Role.VIEWER)))
                .contains(Permission.JOB_READ, Permission.SQL_RUN);
    }

    @Test
    void nobodyChangesHisOwnRoleOrGivesWhatHeHasNot() {
        Team team = team();
        Role keeper = add(team, "Keeper", Permission.ROLE_MANAGE, Permission.MEMBER_READ, Permission.EVENT_READ);
        Role lesser = add(team, "Lesser", Permission.EVENT_READ);
        Browser browser = browserOf(member(team.workspace(), keeper));
        browser.get("/roles");

        assertThat(save(browser, keeper, "-sql:run", "sql:run").status())
                .as("more for himself")
                .isIn(403, 409);
        assertThat(save(browser, keeper, "+role:manage", "").status())
                .as("less for himself")
                .isEqualTo(409);
        assertThat(save(browser, lesser, "-sql:run", "sql:run").status())
                .as("what he has not")
                .isEqualTo(403);
        assertThat(save(browser, Role.ADMIN, "+event:read", "").status())
                .as("a role above his")
                .isEqualTo(403);
        assertThat(save(browser, lesser, "-member:read", "member:read").status())
                .as("what he has")
                .isEqualTo(302);
        assertThat(browser.post("/roles/new", Map.of("name", "Mine", "role", "operator"))
                        .status())
                .as("a new role above his")
                .isEqualTo(422);
        assertThat(browser.post("/roles/" + keeper.key() + "/delete", Map.of("replacement", lesser.key()))
                        .status())
                .isEqualTo(409);
        assertThat(CurrentWorkspace.call(team.workspace(), () -> roles.permissions(keeper)))
                .containsExactlyInAnyOrder(Permission.ROLE_MANAGE, Permission.MEMBER_READ, Permission.EVENT_READ);
        assertThat(browser.get("/roles/" + keeper.key()).body())
                .doesNotContain("name=\"seen\" value=\"" + keeper.key() + " +");
    }

    @Test
    void aTokenHandsOutNoMoreThanItsScopes() {
        Team team = team();
        String token = token(
                team.workspace(),
                team.owner(),
                EnumSet.of(Permission.ROLE_MANAGE, Permission.MEMBER_READ, Permission.EVENT_READ),
                null);
        assertThat(api("POST", "/api/v1/roles", "{\"name\":\"A\",\"permissions\":[\"sql:run\"]}", token)
                        .status())
                .isEqualTo(403);
        Answer made = api("POST", "/api/v1/roles", "{\"name\":\"A\",\"permissions\":[\"event:read\"]}", token);
        assertThat(made.status()).isEqualTo(201);
        String path = made.header("Location").orElseThrow();
        assertThat(api("PATCH", path, "{\"permissions\":[\"event:read\",\"sql:run\"]}", token)
                        .status())
                .isEqualTo(403);
        JsonNode changed = json(api("PATCH", path, "{\"name\":\"B\",\"permissions\":[\"member:read\"]}", token));
        assertThat(changed.path("name").asString()).isEqualTo("B");
        assertThat(changed.path("permissions").toString()).isEqualTo("[\"member:read\"]");
        assertThat(api("PATCH", "/api/v1/roles/viewer", "{\"name\":\"B\"}", token)
                        .status())
                .isIn(403, 409);
        assertThat(api("PATCH", path, "{\"permissions\":[\"no:such\"]}", token).status())
                .isEqualTo(422);
        assertThat(api("DELETE", path, "", token).status()).isEqualTo(204);
        assertThat(api("GET", path, "", token).status()).isEqualTo(404);
        assertThat(json(api("GET", "/api/v1/roles", "", token)).path("data").size())
                .isEqualTo(Preset.values().length);
    }

    @Test
    void aRoleInUseGoesOnlyWithAReplacement() {
        Team team = team();
        Role role = add(team, "Agency", Permission.EVENT_READ, Permission.WORKSPACE_READ);
        Team.Person person = member(team.workspace(), role);
        String code = CurrentWorkspace.call(
                team.workspace(),
                () -> invitations.invite(
                        "agency-of-" + person.mail(), role, team.owner().id(), OWNERS));
        Browser owner = browserOf(team.owner());
        owner.get("/roles");
        String path = "/roles/" + role.key() + "/delete";
        assertThat(owner.post(path, Map.of()).status()).isEqualTo(409);
        assertThat(owner.post(path, Map.of("replacement", role.key())).status()).isEqualTo(422);
        assertThat(owner.post(path, Map.of("replacement", "viewer")).status()).isEqualTo(302);

        assertThat(CurrentWorkspace.call(team.workspace(), () -> members.one(person.id()))
                        .role())
                .isEqualTo(Role.VIEWER);
        Browser guest = browser();
        guest.get("/invitations/" + code);
        guest.post("/invitations/" + code, Map.of("name", "Guest", "password", PASSWORD));
        assertThat(guest.get("/members").body()).contains("agency-of-");
        assertThat(owner.get("/audit?kind=member").body()).contains("Agency");
        assertThat(owner.get("/roles/" + role.key()).status()).isEqualTo(404);
    }

    /** Who asks first wins: either the role stays because somebody has it, or nobody gets it any more. */
    @Test
    void aRoleIsNotDeletedUnderTheHandsOfSomebodyWhoGivesIt() throws Exception {
        Team team = team();
        Team.Person person = member(team.workspace(), Role.VIEWER);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            for (int i = 0; i < 10; i++) {
                Role role = add(team, "Short-lived " + i, Permission.EVENT_READ);
                var start = new CyclicBarrier(2);
                Future<Boolean> given = threads.submit(attempt(start, team, () -> {
                    members.changeRole(person.id(), role, OWNERS);
                    return true;
                }));
                Future<Boolean> deleted = threads.submit(attempt(start, team, () -> {
                    roles.remove(role.key(), "", OWNERS);
                    return true;
                }));
                assertThat(given.get()).isNotEqualTo(deleted.get());
                CurrentWorkspace.run(team.workspace(), () -> members.changeRole(person.id(), Role.VIEWER, OWNERS));
            }
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void namesAreTakenOncePerWorkspace() {
        Team mine = team();
        Team other = team();
        add(mine, "Agency", Permission.EVENT_READ);
        add(other, "Agency", Permission.EVENT_READ);
        assertThatThrownBy(() -> add(mine, "AGENCY", Permission.EVENT_READ))
                .isInstanceOfSatisfying(
                        OpsdeckException.class, e -> assertThat(e.code()).isEqualTo(CoreError.NAME_TAKEN));
    }

    @Test
    void presetsKeepTheirNamesAndTheOwnerEverything() {
        Team team = team();
        CurrentWorkspace.run(team.workspace(), () -> {
            assertRefused(RoleError.ROLE_IS_PRESET, () -> roles.remove("viewer", "", OWNERS));
            assertRefused(
                    RoleError.ROLE_IS_PRESET, () -> roles.describe("viewer", new RoleSettings("Guest", ""), OWNERS));
            assertRefused(
                    CoreError.OWNER_KEEPS_EVERYTHING,
                    () -> roles.change(
                            List.of(new RoleChange("owner", Permission.EVENT_READ, false)),
                            new Authority(Role.OWNER, EnumSet.allOf(Permission.class))));
        });
    }

    private static void assertRefused(io.opsdeck.core.error.ErrorCode code, Runnable work) {
        assertThatThrownBy(work::run)
                .isInstanceOfSatisfying(
                        OpsdeckException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    private static Callable<Boolean> attempt(
            CyclicBarrier start, Team team, java.util.function.Supplier<Boolean> work) {
        return () -> {
            start.await();
            try {
                return CurrentWorkspace.call(team.workspace(), work);
            } catch (OpsdeckException refused) {
                return false;
            }
        };
    }

    private Role add(Team team, String name, Permission... permissions) {
        return CurrentWorkspace.call(
                team.workspace(),
                () -> roles.create(new RoleSettings(name, ""), Preset.VIEWER, Set.of(permissions), OWNERS));
    }

    private static Answer save(Browser browser, Role role, String seen, String ticked) {
        return browser.post("/roles", Map.of("seen", role.key() + " " + seen, "cell", role.key() + " " + ticked));
    }

    private Answer api(String method, String path, String body, String token) {
        return browser()
                .send(method, path, body, "Authorization", "Bearer " + token, "Content-Type", "application/json");
    }

    private static JsonNode json(Answer answer) {
        return JsonMapper.shared().readTree(answer.body());
    }
}
