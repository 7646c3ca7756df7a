package io.opsdeck.core.outbound;

import io.opsdeck.core.outbound.Breaker.State;
import io.opsdeck.core.workspace.WorkspaceId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The rows of lanes. Called within a transaction. */
@Component
class LaneBook {

    /** A probe that does not come back leaves the lane to the next one. */
    private static final int PROBE_SECONDS = 60;

    private final JdbcClient jdbc;

    LaneBook(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * A lane with something due and nothing against it.
     *
     * @param most how many attempts may begin now
     */
    record Ready(LaneKey key, State breaker, boolean inTrouble, int most) {}

    /** Those of all workspaces, in no order. Asked by the system. */
    List<Ready> ready(String[] kinds) {
        return jdbc.sql("""
                        select l.workspace_id, l.kind, l.lane, l.breaker, l.failures_in_row > 0,
                          case when l.per_minute is null then 1000
                            else 1 + floor(least(1, extract(epoch from clock_timestamp() - l.next_slot_at)) * l.per_minute / 60.0) end
                        from core.outbound_lane l
                        where l.kind = any(?) and (l.breaker = 'CLOSED' or l.probe_at <= now())
                          and (l.paused_until is null or l.paused_until <= now())
                          and (l.per_minute is null or l.next_slot_at <= clock_timestamp())
                          and exists (select from core.outbound o
                            where o.workspace_id = l.workspace_id and o.kind = l.kind and o.lane = l.lane
                              and o.state in ('PLANNED', 'DEFERRED') and o.due_at <= now())
                          and not exists (select from core.outbound_freeze f
                            where f.workspace_id = l.workspace_id and f.lifted_at is null
                              and (f.kind is null or f.kind = l.kind) and (f.lane is null or f.lane = l.lane))
                        """)
                .param(kinds)
                .query((row, number) -> new Ready(
                        new LaneKey(new WorkspaceId(row.getObject(1, UUID.class)), row.getString(2), row.getString(3)),
                        State.valueOf(row.getString(4)),
                        row.getBoolean(5),
                        row.getInt(6)))
                .list();
    }

    /** Whether this process may make the next probe; of all nodes, one may. */
    boolean takeProbe(LaneKey key) {
        return jdbc.sql("""
                        update core.outbound_lane set breaker = 'HALF_OPEN', probe_at = now() + make_interval(secs => ?)
                        where workspace_id = ? and kind = ? and lane = ? and breaker <> 'CLOSED' and probe_at <= now()
                        """)
                        .params(PROBE_SECONDS, key.workspace().id(), key.kind(), key.lane())
                        .update()
                == 1;
    }

    void open(String kind, String lane) {
        jdbc.sql("""
                        insert into core.outbound_lane (workspace_id, kind, lane)
                        values (core.current_workspace(), ?, ?) on conflict do nothing
                        """).params(kind, lane).update();
    }

    void works(LaneKey key) {
        Optional<Breaker> breaker = read(key, false);
        if (breaker.isPresent() && !breaker.get().equals(Breaker.FRESH)) {
            read(key, true).ifPresent(now -> write(key, now.afterSuccess()));
        }
    }

    /** The state of the breaker afterwards. */
    State fails(LaneKey key) {
        Breaker next = read(key, true).map(Breaker::afterFailure).orElse(Breaker.FRESH);
        write(key, next);
        return next.state();
    }

    void pause(LaneKey key, Duration pause) {
        jdbc.sql("""
                        update core.outbound_lane
                        set paused_until = greatest(paused_until, now() + make_interval(secs => ?))
                        where workspace_id = ? and kind = ? and lane = ?
                        """)
                .params(pause.toMillis() / 1000.0, key.workspace().id(), key.kind(), key.lane())
                .update();
    }

    private Optional<Breaker> read(LaneKey key, boolean lock) {
        return jdbc.sql("select breaker, failures_in_row, recent, recent_failures, opened from core.outbound_lane"
                        + " where workspace_id = ? and kind = ? and lane = ?" + (lock ? " for update" : ""))
                .params(key.workspace().id(), key.kind(), key.lane())
                .query((row, number) -> new Breaker(
                        State.valueOf(row.getString(1)), row.getInt(2), row.getInt(3), row.getInt(4), row.getInt(5)))
                .optional();
    }

    /** An open breaker keeps the time of its probe, except where it opens just now. */
    private void write(LaneKey key, Breaker breaker) {
        jdbc.sql("""
                        update core.outbound_lane set failures_in_row = ?, recent = ?, recent_failures = ?,
                          probe_at = case when ? = 'CLOSED' then null when opened = ? then probe_at
                            else now() + make_interval(secs => ?) end,
                          opened = ?, breaker = ?
                        where workspace_id = ? and kind = ? and lane = ?
                        """)
                .params(
                        breaker.failuresInRow(),
                        breaker.recent(),
                        breaker.recentFailures(),
                        breaker.state().name(),
                        breaker.opened(),
                        breaker.pause().toSeconds(),
                        breaker.opened(),
                        breaker.state().name(),
                        key.workspace().id(),
                        key.kind(),
                        key.lane())
                .update();
    }
}
