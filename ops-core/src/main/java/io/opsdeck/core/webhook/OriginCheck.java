package io.opsdeck.core.webhook;

import io.opsdeck.core.outbound.Delivery;
import io.opsdeck.core.outbound.GateStep;
import io.opsdeck.core.outbound.OutboundCheck;
import io.opsdeck.core.outbound.Verdict;
import org.springframework.stereotype.Component;

/** Nothing goes to an endpoint that is switched off, except for a test. */
@Component
class OriginCheck implements OutboundCheck {

    private final EndpointBook endpoints;

    OriginCheck(EndpointBook endpoints) {
        this.endpoints = endpoints;
    }

    @Override
    public GateStep step() {
        return GateStep.ORIGIN;
    }

    @Override
    public Verdict check(Delivery delivery) {
        if (!delivery.kind().equals(WebhookChannel.KIND)) {
            return Verdict.proceed();
        }
        boolean test = delivery.payload(WebhookChannel.Reference.class).test();
        boolean open = endpoints.isOpen(EndpointId.of(delivery.lane()), test);
        return open ? Verdict.proceed() : Verdict.skip("endpoint_off");
    }
}
