package io.opsdeck.web.testing;

import io.opsdeck.core.workspace.WorkspaceId;
import java.util.UUID;

/** A workspace and its owner. */
public record Team(WorkspaceId workspace, Person owner) {

    /** A member; the password is that of all test members. */
    public record Person(UUID id, String mail) {}
}
