package io.opsdeck.core.signon;

import io.opsdeck.core.security.Role;
import io.opsdeck.core.workspace.WorkspaceId;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The provider that members of this installation may sign in by.
 *
 * @param label what the button says after "Sign in with"
 * @param domains of mail addresses that are those of members without an invitation
 * @param role of members who came by their domain
 * @param joins the workspace they come into; null when it was deleted, and then nobody comes so
 * @param only whether passwords are worth nothing
 * @param exempt members whose passwords work nevertheless
 * @param tried whether somebody has come in by it
 */
public record ProviderSettings(
        String issuer,
        String clientId,
        String label,
        List<String> domains,
        Role role,
        @Nullable WorkspaceId joins,
        boolean only,
        Set<UUID> exempt,
        boolean tried) {

    /** Whether the domain of an address is one of those that need no invitation. */
    boolean covers(String mail) {
        return domains.contains(mail.substring(mail.lastIndexOf('@') + 1).toLowerCase(Locale.ROOT));
    }
}
