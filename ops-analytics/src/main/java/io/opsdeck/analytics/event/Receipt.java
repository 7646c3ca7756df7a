package io.opsdeck.analytics.event;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of the events of one call, after the commit.
 *
 * @param source what kind of source they came from
 * @param accepted stored now
 * @param duplicate stored before, by message id
 * @param quarantined kept raw and not stored
 * @param rejected not kept
 * @param refusals one for each quarantined or rejected event, in the order of the call
 */
public record Receipt(
        EventSources.Kind source, int accepted, int duplicate, int quarantined, int rejected, List<Refusal> refusals) {

    /** An event that was not stored; {@code pointer} is a JSON Pointer into the call's document. */
    public record Refusal(
            EventFault fault, String pointer, @Nullable String messageId) {}
}
