package io.opsdeck.core.outbound;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Workers leave frozen lanes alone; this stops what they had claimed before the freeze. */
@Component
class FreezeCheck implements OutboundCheck {

    static final String REASON = "frozen";

    private final JdbcClient jdbc;

    FreezeCheck(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public GateStep step() {
        return GateStep.FREEZE;
    }

    @Override
    public Verdict check(Delivery delivery) {
        boolean frozen = jdbc.sql("""
                        select exists (select from core.outbound_freeze
                          where workspace_id = ? and lifted_at is null and (kind is null or kind = ?)
                            and (lane is null or lane = ?))
                        """)
                .params(delivery.workspace().id(), delivery.kind(), delivery.lane())
                .query(Boolean.class)
                .single();
        return frozen ? new Verdict.Defer(null, REASON) : Verdict.proceed();
    }
}
