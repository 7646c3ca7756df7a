package io.opsdeck.core.outbound;

/** Why something is sent; what the gate asks depends on it. */
public enum Purpose {
    /** Asked for by who gets it, such as a receipt. */
    TRANSACTIONAL,
    /** About a service in use, such as a webhook. */
    SERVICE,
    MARKETING,
    CRISIS
}
