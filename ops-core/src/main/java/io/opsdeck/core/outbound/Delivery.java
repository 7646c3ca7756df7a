package io.opsdeck.core.outbound;

import io.opsdeck.core.workspace.WorkspaceId;
import tools.jackson.databind.json.JsonMapper;

/**
 * A delivery as checks and channels see it.
 *
 * @param tries attempts so far, with the one that is about to begin or under way
 * @param payload JSON as it was planned
 */
public record Delivery(
        OutboundId id,
        WorkspaceId workspace,
        String kind,
        String lane,
        String key,
        Purpose purpose,
        int attempt,
        int tries,
        String payload) {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** What it was planned with. */
    public <P> P payload(Class<P> type) {
        return JSON.readValue(payload, type);
    }
}
