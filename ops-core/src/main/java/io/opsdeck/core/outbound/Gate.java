package io.opsdeck.core.outbound;

import java.util.Comparator;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** Asks all checks in their order; the first that is against it decides. */
@Component
class Gate {

    private final ObjectProvider<OutboundCheck> checks;

    Gate(ObjectProvider<OutboundCheck> checks) {
        this.checks = checks;
    }

    Verdict ask(Delivery delivery) {
        return checks.stream()
                .filter(check -> check.step().isAskedFor(delivery.purpose()))
                .sorted(Comparator.comparing(OutboundCheck::step))
                .map(check -> check.check(delivery))
                .filter(verdict -> !(verdict instanceof Verdict.Proceed))
                .findFirst()
                .orElseGet(Verdict::proceed);
    }
}
