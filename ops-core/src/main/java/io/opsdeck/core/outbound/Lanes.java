package io.opsdeck.core.outbound;

import io.opsdeck.core.audit.AuditTrail;
import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.outbound.Breaker.State;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** How the lanes of the current workspace fare, and how fast they may go. */
@Service
@Transactional(readOnly = true)
public class Lanes {

    private static final int MOST_PER_MINUTE = 500_000;

    private final JdbcClient jdbc;
    private final LaneBook book;
    private final AuditTrail audit;

    Lanes(JdbcClient jdbc, LaneBook book, AuditTrail audit) {
        this.jdbc = jdbc;
        this.book = book;
        this.audit = audit;
    }

    /** Whether a lane works. */
    public enum Health {
        WORKS,
        /** The last attempts failed; it goes on slowly. */
        DEGRADED,
        /** Nothing is tried but a probe now and then. */
        DOWN
    }

    /**
     * A lane and its last 24 hours.
     *
     * @param nextProbeAt when the next attempt shows whether it works again, while it is down
     * @param pausedUntil the other side asked to be left alone until then
     * @param waiting deliveries planned or deferred
     * @param oldestDueAt since when the oldest of them should have left, null where none is late
     * @param attempts that ended
     * @param p95Millis of how long attempts took, null where there was none
     */
    public record LaneView(
            String kind,
            String lane,
            @Nullable Integer perMinute,
            Health health,
            @Nullable Instant nextProbeAt,
            @Nullable Instant pausedUntil,
            boolean frozen,
            int waiting,
            @Nullable Instant oldestDueAt,
            int uncertain,
            int attempts,
            int succeeded,
            @Nullable Integer p95Millis) {}

    /** @param kind null for all */
    public List<LaneView> list(@Nullable String kind) {
        return jdbc.sql("""
                        select l.kind, l.lane, l.per_minute, l.breaker, l.failures_in_row,
                          case when l.breaker <> 'CLOSED' then l.probe_at end,
                          case when l.paused_until > now() then l.paused_until end,
                          exists (select from core.outbound_freeze f where f.lifted_at is null
                            and (f.kind is null or f.kind = l.kind) and (f.lane is null or f.lane = l.lane)),
                          w.waiting, w.oldest, u.uncertain, a.attempts, a.succeeded, a.p95
                        from core.outbound_lane l
                        cross join lateral (select count(*) waiting, min(due_at) filter (where due_at < now()) oldest
                          from core.outbound o where o.workspace_id = l.workspace_id and o.kind = l.kind
                            and o.lane = l.lane and o.state in ('PLANNED', 'DEFERRED')) w
                        cross join lateral (select count(*) uncertain
                          from core.outbound o where o.workspace_id = l.workspace_id and o.kind = l.kind
                            and o.lane = l.lane and o.state = 'UNCERTAIN') u
                        cross join lateral (select count(*) attempts, count(*) filter (where outcome = 'SENT') succeeded,
                            percentile_disc(0.95) within group (order by extract(epoch from ended_at - begun_at)) * 1000 p95
                          from core.outbound_attempt t where t.workspace_id = l.workspace_id and t.kind = l.kind
                            and t.lane = l.lane and t.begun_at > now() - interval '24 h' and t.ended_at is not null) a
                        where ?::text is null or l.kind = ?
                        order by l.kind, l.lane
                        """)
                .param(kind)
                .param(kind)
                .query((row, number) -> new LaneView(
                        row.getString(1),
                        row.getString(2),
                        row.getObject(3, Integer.class),
                        health(State.valueOf(row.getString(4)), row.getInt(5)),
                        instant(row.getTimestamp(6)),
                        instant(row.getTimestamp(7)),
                        row.getBoolean(8),
                        row.getInt(9),
                        instant(row.getTimestamp(10)),
                        row.getInt(11),
                        row.getInt(12),
                        row.getInt(13),
                        row.getBigDecimal(14) == null
                                ? null
                                : row.getBigDecimal(14).intValue()))
                .list();
    }

    /** Limits how many attempts may begin in a minute, over all nodes; null for no limit. */
    @Transactional
    public void limit(String kind, String lane, @Nullable Integer perMinute) {
        if (perMinute != null && (perMinute < 1 || perMinute > MOST_PER_MINUTE)) {
            throw CoreError.INVALID_VALUE.at("/perMinute", perMinute);
        }
        book.open(kind, lane);
        Map<String, Integer> before = new HashMap<>();
        jdbc.sql("select per_minute from core.outbound_lane where kind = ? and lane = ? for update")
                .params(kind, lane)
                .query(row -> {
                    if (row.getObject(1) != null) {
                        before.put("perMinute", row.getInt(1));
                    }
                });
        jdbc.sql("update core.outbound_lane set per_minute = ?, next_slot_at = now() where kind = ? and lane = ?")
                .param(perMinute)
                .param(kind)
                .param(lane)
                .update();
        Map<String, Integer> after = perMinute == null ? Map.of() : Map.of("perMinute", perMinute);
        audit.record("outbound.limited", "lane", kind + "/" + lane, lane, before, after);
    }

    private static Health health(State breaker, int failuresInRow) {
        if (breaker != State.CLOSED) {
            return Health.DOWN;
        }
        return failuresInRow > 0 ? Health.DEGRADED : Health.WORKS;
    }

    private static @Nullable Instant instant(@Nullable Timestamp time) {
        return time == null ? null : time.toInstant();
    }
}
