package io.opsdeck.core.scim;

import io.opsdeck.core.security.Role;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** A member of the workspace as an identity provider sees him. */
public record ScimUser(UUID id, UserDraft draft, Role role, List<Group> groups, Instant createdAt, Instant changedAt) {

    /** A group that he is in. */
    public record Group(UUID id, String displayName) {}
}
