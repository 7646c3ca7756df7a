package io.opsdeck.core.workspace;

import io.opsdeck.core.error.CoreError;
import java.util.UUID;

/** The id of one operated product, the tenant. */
public record WorkspaceId(UUID id) {

    /** Reads the canonical text form; anything else is a workspace that does not exist. */
    public static WorkspaceId of(String text) {
        try {
            return new WorkspaceId(UUID.fromString(text));
        } catch (IllegalArgumentException e) {
            throw CoreError.WORKSPACE_NOT_FOUND.exception(e);
        }
    }

    @Override
    public String toString() {
        return id.toString();
    }
}
