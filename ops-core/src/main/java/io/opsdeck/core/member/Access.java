package io.opsdeck.core.member;

import io.opsdeck.core.security.Authority;
import io.opsdeck.core.security.Permission;
import io.opsdeck.core.security.Role;
import io.opsdeck.core.workspace.WorkspaceId;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a member may do in the workspace he acts in.
 *
 * @param workspaces all workspaces he belongs to, the current one among them
 * @param locale the language he chose, or null
 * @param secondStepMissing whether he has to set up two-step sign-in before anything else
 */
public record Access(
        UUID member,
        String name,
        String mail,
        @Nullable String locale,
        WorkspaceId workspace,
        Role role,
        Set<Permission> permissions,
        List<WorkspaceId> workspaces,
        boolean secondStepMissing) {

    /** What he may hand out to others. */
    public Authority authority() {
        return new Authority(role, permissions);
    }

    public boolean may(Permission permission) {
        return permissions.contains(permission);
    }

    /** The same, with no more than these permissions. */
    public Access within(Set<Permission> scopes) {
        Set<Permission> held = EnumSet.noneOf(Permission.class);
        permissions.stream().filter(scopes::contains).forEach(held::add);
        return new Access(member, name, mail, locale, workspace, role, held, workspaces, secondStepMissing);
    }
}
