package io.opsdeck.core.security;

import java.util.Set;

/**
 * A role of a workspace as screens show it.
 *
 * @param base the preset that it began as, or is
 * @param holders how many members, invitations and groups have it
 */
public record RoleView(Role role, String description, Preset base, Set<Permission> permissions, int holders) {

    public boolean allows(Permission permission) {
        return permissions.contains(permission);
    }
}
