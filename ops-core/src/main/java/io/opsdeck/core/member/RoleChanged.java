package io.opsdeck.core.member;

import io.opsdeck.core.security.Role;
import java.util.UUID;

/** A member of the current workspace has another role; published in the transaction of the change. */
public record RoleChanged(UUID member, Role before, Role after) {}
