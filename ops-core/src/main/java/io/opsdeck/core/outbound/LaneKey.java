package io.opsdeck.core.outbound;

import io.opsdeck.core.workspace.WorkspaceId;

/** Names a lane over all workspaces. */
record LaneKey(WorkspaceId workspace, String kind, String lane) {}
