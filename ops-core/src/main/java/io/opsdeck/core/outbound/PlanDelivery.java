package io.opsdeck.core.outbound;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A wish to send something.
 *
 * @param kind of the {@link OutboundChannel}
 * @param lane what must not hold up or bring down what else is sent by this channel, such as an endpoint
 * @param key the same key of a kind is the same delivery; up to 200 characters
 * @param subject what a member recognises it by
 * @param payload written as JSON; better a reference than a copy
 * @param notBefore null for at once
 */
public record PlanDelivery(
        String kind,
        String lane,
        String key,
        Purpose purpose,
        String subject,
        Object payload,
        @Nullable Instant notBefore) {}
