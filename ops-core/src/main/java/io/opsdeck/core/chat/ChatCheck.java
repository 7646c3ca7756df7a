package io.opsdeck.core.chat;

import io.opsdeck.core.outbound.Delivery;
import io.opsdeck.core.outbound.GateStep;
import io.opsdeck.core.outbound.OutboundCheck;
import io.opsdeck.core.outbound.Verdict;
import org.springframework.stereotype.Component;

/** A robot that is switched off says nothing, except for a test. */
@Component
class ChatCheck implements OutboundCheck {

    private final RobotBook robots;

    ChatCheck(RobotBook robots) {
        this.robots = robots;
    }

    @Override
    public GateStep step() {
        return GateStep.ORIGIN;
    }

    @Override
    public Verdict check(Delivery delivery) {
        if (!delivery.kind().equals(ChatChannel.KIND)) {
            return Verdict.proceed();
        }
        boolean test = delivery.payload(ChatChannel.Spoken.class).test();
        return robots.isOpen(RobotId.of(delivery.lane()), test) ? Verdict.proceed() : Verdict.skip("robot_off");
    }
}
