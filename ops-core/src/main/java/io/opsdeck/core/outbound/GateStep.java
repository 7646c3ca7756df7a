package io.opsdeck.core.outbound;

import java.util.EnumSet;
import java.util.Set;

/**
 * The order in which the gate asks. That the same thing is planned once comes before all of it, by a constraint. What
 * is used up by asking (a cap, the budget, the throttle) comes last.
 */
public enum GateStep {
    /** The person was deleted or blocked. */
    PERSON,
    ADDRESS,
    SUPPRESSION,
    CONSENT,
    FREEZE,
    /** What it was planned for, such as a campaign or an endpoint, is still there and switched on. */
    ORIGIN,
    HOLDOUT,
    CAP,
    QUIET_HOURS,
    BUDGET,
    THROTTLE;

    private static final Set<GateStep> FOR_MARKETING = EnumSet.of(HOLDOUT, CAP, QUIET_HOURS);

    boolean isAskedFor(Purpose purpose) {
        return purpose == Purpose.MARKETING || !FOR_MARKETING.contains(this);
    }
}
