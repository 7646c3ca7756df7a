package io.opsdeck.core.security;

import java.util.Map;

/** A place where roles are held, such as members and open invitations. */
public interface RoleUse {

    /** How many hold each role of the current workspace, by its key; roles that nobody holds may be absent. */
    Map<String, Integer> holders();

    /** Gives all who hold {@code role} another one. Part of the caller's transaction. */
    void replace(Role role, Role replacement);
}
