package io.opsdeck.core.notification;

import io.opsdeck.core.security.Permission;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who is told, and why.
 *
 * @param member null for whoever has the permission
 * @param permission null for one member
 */
public record Audience(@Nullable UUID member, @Nullable Permission permission, Reason reason) {

    /** One member, if he belongs to the workspace. */
    public static Audience member(UUID member, Reason reason) {
        return new Audience(member, null, reason);
    }

    /** Whoever may do something about it, except who did it. */
    public static Audience whoMay(Permission permission) {
        return new Audience(null, permission, Reason.PERMITTED);
    }
}
