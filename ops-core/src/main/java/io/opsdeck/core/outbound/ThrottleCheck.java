package io.opsdeck.core.outbound;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Lets as many through as the lane's pace allows, counted in the database and so over all nodes. Slots lie evenly spread
 * over the minute; those of the last second may be made up for, more may not.
 */
@Component
class ThrottleCheck implements OutboundCheck {

    static final String REASON = "throttled";

    private final JdbcClient jdbc;

    ThrottleCheck(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public GateStep step() {
        return GateStep.THROTTLE;
    }

    @Override
    public Verdict check(Delivery delivery) {
        int taken = jdbc.sql("""
                        update core.outbound_lane set next_slot_at =
                          greatest(next_slot_at, clock_timestamp() - interval '1 s') + interval '1 min' / per_minute
                        where workspace_id = ? and kind = ? and lane = ? and per_minute is not null
                          and next_slot_at <= clock_timestamp()
                        """)
                .params(delivery.workspace().id(), delivery.kind(), delivery.lane())
                .update();
        if (taken == 1) {
            return Verdict.proceed();
        }
        boolean limited = jdbc.sql("""
                        select exists (select from core.outbound_lane
                          where workspace_id = ? and kind = ? and lane = ? and per_minute is not null)
                        """)
                .params(delivery.workspace().id(), delivery.kind(), delivery.lane())
                .query(Boolean.class)
                .single();
        return limited ? new Verdict.Defer(null, REASON) : Verdict.proceed();
    }
}
