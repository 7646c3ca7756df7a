package io.opsdeck.core.member;

import io.opsdeck.core.security.Role;
import java.util.UUID;

/**
 * Somebody accepted an invitation to the current workspace; published in the transaction of it.
 *
 * @param known whether he was a member of this installation before
 */
public record MemberJoined(UUID member, String name, Role role, UUID invitedBy, boolean known) {}
