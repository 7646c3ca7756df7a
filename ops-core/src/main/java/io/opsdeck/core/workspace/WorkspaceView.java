package io.opsdeck.core.workspace;

import java.time.Instant;

/** A workspace as others see it. */
public record WorkspaceView(WorkspaceId id, WorkspaceSettings settings, Instant createdAt) {}
