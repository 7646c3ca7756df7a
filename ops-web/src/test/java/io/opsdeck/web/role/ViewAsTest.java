package io.opsdeck.web.role;

import static org.assertj.core.api.Assertions.assertThat;

import io.opsdeck.core.security.Permission;
import io.opsdeck.core.security.Preset;
import io.opsdeck.core.security.Role;
import io.opsdeck.core.security.RoleSettings;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.web.testing.Browser;
import io.opsdeck.web.testing.Team;
import io.opsdeck.web.testing.WebTest;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Looking at the product as another role sees it. */
class ViewAsTest extends WebTest {

    @Test
    void theProductLooksAsItDoesForThatRoleInThisSessionOnly() {
        Team team = team();
        Browser owner = browserOf(team.owner());
        Browser elsewhere = browserOf(team.owner());
        owner.post("/preferences/language", Map.of("lang", "en"));
        owner.get("/roles/viewer");
        String before = session(owner);
        assertThat(owner.post("/roles/viewer/view-as", Map.of()).location()).isEqualTo("/");

        String during = session(owner);
        assertThat(during).as("S-33").isNotEqualTo(before);
        assertThat(browser().get("/", "Cookie", "od-session=" + before).location())
                .isEqualTo("/sign-in");
        assertThat(owner.get("/").body()).contains("id=\"viewing\"", "Viewer").doesNotContain("href=\"/audit\"");
        assertThat(owner.get("/audit").status()).isEqualTo(403);
        assertThat(owner.get("/tokens").body()).contains("/view-as/stop");
        assertThat(owner.post("/roles", Map.of("seen", "viewer -job:read", "cell", "viewer job:read"))
                        .status())
                .isEqualTo(403);
        assertThat(elsewhere.get("/audit").status()).isEqualTo(200);

        owner.get("/");
        assertThat(owner.post("/view-as/stop", Map.of()).status()).isEqualTo(302);
        assertThat(session(owner)).as("S-33").isNotEqualTo(during);
        assertThat(owner.get("/audit").body()).contains("began to view as the role", "stopped viewing as the role");
        assertThat(owner.get("/").body()).doesNotContain("id=\"viewing\"");
    }

    @Test
    void nobodySeesMoreThanHeMayHimself() {
        Team team = team();
        Role keeper = CurrentWorkspace.call(
                team.workspace(),
                () -> roles.create(
                        new RoleSettings("Keeper", ""),
                        Preset.VIEWER,
                        Set.of(Permission.ROLE_MANAGE, Permission.WORKSPACE_READ, Permission.EVENT_READ),
                        OWNERS));
        Browser browser = browserOf(member(team.workspace(), keeper));
        browser.get("/");
        assertThat(browser.post("/roles/owner/view-as", Map.of()).status()).isEqualTo(403);
        assertThat(browser.post("/roles/admin/view-as", Map.of()).status()).isEqualTo(302);
        assertThat(browser.get("/audit").status()).as("admins may, he may not").isEqualTo(403);
        assertThat(browser.get("/events").status()).isEqualTo(200);
        browser.get("/");
        assertThat(browser.post("/roles/viewer/view-as", Map.of()).status())
                .as("admins manage roles, and he does")
                .isEqualTo(302);
    }

    @Test
    void whoLosesThePermissionSeesWithHisOwnEyes() {
        Team team = team();
        Browser admin = browserOf(member(team.workspace(), Role.ADMIN));
        admin.get("/");
        admin.post("/roles/viewer/view-as", Map.of());
        assertThat(admin.get("/audit").status()).isEqualTo(403);
        allow(team.workspace(), Role.ADMIN, Permission.ROLE_MANAGE, false);
        assertThat(admin.get("/audit").status()).isEqualTo(200);
        assertThat(admin.get("/").body()).doesNotContain("id=\"viewing\"");
    }

    private static String session(Browser browser) {
        return browser.cookie("od-session").orElse("none");
    }
}
