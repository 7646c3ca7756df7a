package io.opsdeck.core.outbound;

/** One question of the gate, contributed as a bean by whoever can answer it. */
public interface OutboundCheck {

    GateStep step();

    /**
     * Asked right before each attempt, in the delivery's workspace and in the transaction that begins the attempt: what
     * it writes counts if and only if the attempt begins. An exception keeps the delivery back.
     */
    Verdict check(Delivery delivery);
}
