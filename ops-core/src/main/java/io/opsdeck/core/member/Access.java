package io.opsdeck.core.member;

import io.opsdeck.core.security.Authority;
import io.opsdeck.core.security.Permission;
import io.opsdeck.core.security.Role;
import io.opsdeck.core.security.RoleView;
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
 * @param viewing whether he looks at the product as another role would see it
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
        boolean secondStepMissing,
        boolean viewing) {

    /** The same member with no more than {@code scopes}. */
    public Access within(Set<Permission> scopes) {
        return limited(role, scopes, viewing);
    }

    /** The same member as {@code other} would see the product, but never with more than he may himself. */
    public Access as(RoleView other) {
        return other.role().isOwner() && !role.isOwner() ? this : limited(other.role(), other.permissions(), true);
    }

    private Access limited(Role seen, Set<Permission> allowed, boolean asAnother) {
        Set<Permission> both = EnumSet.noneOf(Permission.class);
        both.addAll(permissions);
        both.retainAll(allowed);
        return new Access(member, name, mail, locale, workspace, seen, both, workspaces, secondStepMissing, asAnother);
    }

    /** What he may hand out to others. */
    public Authority authority() {
        return new Authority(role, permissions);
    }

    /** The same where somebody else has asked for the second step already. */
    public Access withoutSecondStep() {
        return new Access(member, name, mail, locale, workspace, role, permissions, workspaces, false, viewing);
    }

    public boolean may(Permission permission) {
        return permissions.contains(permission);
    }
}
