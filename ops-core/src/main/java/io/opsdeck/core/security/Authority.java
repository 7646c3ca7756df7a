package io.opsdeck.core.security;

import java.util.Set;

/**
 * What somebody may hand out: nobody gives more than he has, and only owners make owners.
 *
 * @param permissions what he may do himself at this moment, which is less than his role where a token has scopes
 */
public record Authority(Role role, Set<Permission> permissions) {

    /** Whether {@code other} is within what he has. */
    public boolean covers(RoleView other) {
        return other.role().isOwner() ? role.isOwner() : permissions.containsAll(other.permissions());
    }

    void require(RoleView other) {
        if (!covers(other)) {
            throw io.opsdeck.core.error.CoreError.ROLE_ABOVE_YOURS.at("/role");
        }
    }
}
