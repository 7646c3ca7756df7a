package io.opsdeck.core.scim;

import io.opsdeck.core.security.Role;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A group of the identity provider.
 *
 * @param role what its members get, or null where nobody has said so
 */
public record ScimGroup(
        UUID id,
        String displayName,
        @Nullable String externalId,
        @Nullable Role role,
        List<Member> members,
        Instant createdAt,
        Instant changedAt) {

    /** A member of the group. */
    public record Member(UUID id, String name) {}
}
