package io.opsdeck.core.scim;

import io.opsdeck.core.text.TextHygiene;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A group as the identity provider describes it. */
public record GroupDraft(String displayName, @Nullable String externalId, Set<UUID> members) {

    private static final int MOST = 254;

    public GroupDraft {
        displayName = TextHygiene.clean(displayName).strip();
        if (displayName.isEmpty() || displayName.length() > MOST) {
            throw ScimError.SCIM_VALUE.exception("displayName");
        }
        if (externalId != null && externalId.length() > MOST) {
            throw ScimError.SCIM_VALUE.exception("externalId");
        }
        members = Set.copyOf(members);
    }
}
