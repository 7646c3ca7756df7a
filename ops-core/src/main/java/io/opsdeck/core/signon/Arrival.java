package io.opsdeck.core.signon;

import io.opsdeck.core.workspace.WorkspaceId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A member whom the provider signed in.
 *
 * @param joined the workspace that he came into just now, or null
 */
public record Arrival(UUID member, @Nullable WorkspaceId joined) {}
