package io.opsdeck.core.outbound;

import io.opsdeck.core.outbound.Outcome.Failed;
import io.opsdeck.core.outbound.Outcome.Retry;
import io.opsdeck.core.outbound.Outcome.Sent;
import io.opsdeck.core.outbound.Outcome.Uncertain;
import io.opsdeck.core.workspace.WorkspaceId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * What workers write into the ledger. Every write names the attempt, so a worker whose lease ran out meets no row.
 * Called within a transaction.
 */
@Component
class Ledger {

    static final Duration LEASE = Duration.ofSeconds(60);

    /** After as many claims whose worker did not come back, the delivery itself is taken for the cause. */
    static final int MOST_LOST = 5;

    private static final int MOST_RECLAIMED = 500;
    private static final String COLUMNS = "id, workspace_id, kind, lane, key, purpose, attempt, tries, payload::text";

    private final JdbcClient jdbc;
    private final ApplicationEventPublisher events;

    Ledger(JdbcClient jdbc, ApplicationEventPublisher events) {
        this.jdbc = jdbc;
        this.events = events;
    }

    /** A delivery that this process has, until its lease ends. */
    record Claim(OutboundId id, WorkspaceId workspace, int attempt) {}

    /** Takes what is due longest. Asked by the system. */
    List<Claim> claim(LaneKey lane, int most) {
        return jdbc
                .sql("""
                        with due as (
                          select id from core.outbound
                          where workspace_id = ? and kind = ? and lane = ? and state in ('PLANNED', 'DEFERRED')
                            and due_at <= now()
                          order by due_at, id limit ? for update skip locked)
                        update core.outbound o set state = 'CLAIMED', attempt = attempt + 1,
                          lease_until = now() + make_interval(secs => ?)
                        from due where o.id = due.id
                        returning o.id, o.attempt, o.due_at
                        """)
                .params(lane.workspace().id(), lane.kind(), lane.lane(), most, LEASE.toSeconds())
                .query((row, number) -> new Due(
                        new Claim(new OutboundId(row.getObject(1, UUID.class)), lane.workspace(), row.getInt(2)),
                        row.getTimestamp(3)))
                .list()
                .stream()
                .sorted((a, b) -> a.at().compareTo(b.at()))
                .map(Due::claim)
                .toList();
    }

    private record Due(Claim claim, Timestamp at) {}

    /** The claimed delivery, or empty where this process has it no more. Locks the row. */
    Optional<Delivery> take(Claim claim) {
        return jdbc.sql("select " + COLUMNS + " from core.outbound"
                        + " where id = ? and attempt = ? and state = 'CLAIMED' for update")
                .params(claim.id().id(), claim.attempt())
                .query(Ledger::delivery)
                .optional();
    }

    void skip(Claim claim, String reason) {
        jdbc.sql("""
                        update core.outbound set state = 'SKIPPED', reason = ?, lost = 0, ended_at = now(),
                          lease_until = null
                        where id = ? and attempt = ? and state = 'CLAIMED'
                        """).params(reason, claim.id().id(), claim.attempt()).update();
    }

    void defer(Claim claim, Verdict.Defer verdict) {
        jdbc.sql("""
                        update core.outbound set state = 'DEFERRED', reason = ?, lost = 0, lease_until = null,
                          due_at = coalesce(?::timestamptz, due_at)
                        where id = ? and attempt = ? and state = 'CLAIMED'
                        """)
                .param(verdict.reason())
                .param(verdict.until() == null ? null : Timestamp.from(verdict.until()))
                .param(claim.id().id())
                .param(claim.attempt())
                .update();
    }

    /** From here on something may leave. Answers the delivery with this attempt counted. */
    Delivery begin(Delivery delivery) {
        jdbc.sql("""
                        update core.outbound set state = 'ATTEMPTING', tries = tries + 1, reason = null,
                          lease_until = now() + make_interval(secs => ?)
                        where id = ? and attempt = ? and state = 'CLAIMED'
                        """)
                .params(LEASE.toSeconds(), delivery.id().id(), delivery.attempt())
                .update();
        jdbc.sql("""
                        insert into core.outbound_attempt (outbound_id, attempt, workspace_id, kind, lane)
                        values (?, ?, ?, ?, ?)
                        """)
                .params(
                        delivery.id().id(),
                        delivery.attempt(),
                        delivery.workspace().id(),
                        delivery.kind(),
                        delivery.lane())
                .update();
        return new Delivery(
                delivery.id(),
                delivery.workspace(),
                delivery.kind(),
                delivery.lane(),
                delivery.key(),
                delivery.purpose(),
                delivery.attempt(),
                delivery.tries() + 1,
                delivery.payload());
    }

    /** Writes how the attempt ended; false where the delivery went to somebody else meanwhile. */
    boolean settle(Delivery delivery, Outcome outcome) {
        OutboundState state = state(outcome);
        Retry retry = outcome instanceof Retry again ? again : null;
        int rows = jdbc.sql("""
                        update core.outbound set state = ?, reason = ?, lost = 0, lease_until = null,
                          due_at = case when ?::double precision is null then due_at
                            else now() + make_interval(secs => ?::double precision) end,
                          ended_at = case when ? then now() end
                        where id = ? and attempt = ? and state = 'ATTEMPTING'
                        """)
                .param(state.name())
                .param(reason(outcome))
                .param(retry == null ? null : seconds(retry.after()))
                .param(retry == null ? null : seconds(retry.after()))
                .param(state.isEnd())
                .param(delivery.id().id())
                .param(delivery.attempt())
                .update();
        if (rows == 0) {
            return false;
        }
        Transcript said = outcome.transcript();
        jdbc.sql("""
                        update core.outbound_attempt set ended_at = now(), outcome = ?, reason = ?, request = ?,
                          response = ?, body = ?
                        where outbound_id = ? and attempt = ?
                        """)
                .param(retry == null ? state.name() : "RETRY")
                .param(reason(outcome))
                .param(said.request())
                .param(said.response())
                .param(said.body())
                .param(delivery.id().id())
                .param(delivery.attempt())
                .update();
        if (state == OutboundState.UNCERTAIN) {
            tell(delivery.kind(), delivery.lane());
        }
        return true;
    }

    /** Says in the current workspace that somebody has to look. */
    void tell(String kind, String lane) {
        events.publishEvent(new DeliveryUncertain(kind, lane));
    }

    /** Gives back what this process has not begun. */
    void release(Claim claim) {
        jdbc.sql("""
                        update core.outbound set state = case when tries = 0 then 'PLANNED' else 'DEFERRED' end,
                          lease_until = null
                        where id = ? and attempt = ? and state = 'CLAIMED'
                        """).params(claim.id().id(), claim.attempt()).update();
    }

    /** A check failed. The delivery waits; one for which no check ever answers ends. */
    void stumble(Claim claim, String reason) {
        jdbc.sql("""
                        update core.outbound set lost = lost + 1, reason = ?, lease_until = null,
                          state = case when lost + 1 >= ? then 'FAILED' else 'DEFERRED' end,
                          ended_at = case when lost + 1 >= ? then now() end,
                          due_at = now() + (lost + 1) * interval '30 s'
                        where id = ? and attempt = ? and state = 'CLAIMED'
                        """)
                .params(reason, MOST_LOST, MOST_LOST, claim.id().id(), claim.attempt())
                .update();
    }

    void renew(OutboundId id, int attempt) {
        jdbc.sql("""
                        update core.outbound set lease_until = now() + make_interval(secs => ?)
                        where id = ? and attempt = ? and state in ('CLAIMED', 'ATTEMPTING')
                        """).params(LEASE.toSeconds(), id.id(), attempt).update();
    }

    /**
     * Takes deliveries back from workers that died or stopped. Nothing of a claimed one had left. An attempt of an
     * idempotent kind is made again; of any other kind nobody knows, and a member decides. Asked by the system.
     */
    List<Lost> reclaim(String[] kinds, String[] idempotent) {
        List<Lost> lost = jdbc.sql("""
                        with gone as (
                          select id, state as before from core.outbound
                          where state in ('CLAIMED', 'ATTEMPTING') and lease_until < now() and kind = any(?)
                          order by lease_until limit ? for update skip locked),
                        next as (
                          select o.id, case
                            when before = 'ATTEMPTING' and o.kind <> all(?) then 'UNCERTAIN'
                            when o.lost + 1 >= ? then 'FAILED'
                            when before = 'CLAIMED' and o.tries = 0 then 'PLANNED'
                            else 'DEFERRED' end as state
                          from gone join core.outbound o on o.id = gone.id)
                        update core.outbound o set state = next.state, lost = lost + 1, lease_until = null,
                          reason = 'worker_lost', ended_at = case when next.state in ('UNCERTAIN', 'FAILED') then now() end,
                          due_at = case when next.state = 'DEFERRED' then now() else due_at end
                        from next where o.id = next.id
                        returning o.id, o.attempt, next.state, o.workspace_id, o.kind, o.lane
                        """)
                .param(kinds)
                .param(MOST_RECLAIMED)
                .param(idempotent)
                .param(MOST_LOST)
                .query((row, number) -> new Lost(
                        row.getObject(1, UUID.class),
                        row.getInt(2),
                        OutboundState.valueOf(row.getString(3)),
                        new LaneKey(new WorkspaceId(row.getObject(4, UUID.class)), row.getString(5), row.getString(6))))
                .list();
        lost.forEach(each -> jdbc.sql("""
                        update core.outbound_attempt set ended_at = now(), outcome = ?, reason = 'worker_lost'
                        where outbound_id = ? and attempt = ? and ended_at is null
                        """)
                .params(each.state().isEnd() ? each.state().name() : "RETRY", each.id(), each.attempt())
                .update());
        return lost;
    }

    /** A delivery whose worker did not come back, and what it is now. */
    record Lost(UUID id, int attempt, OutboundState state, LaneKey lane) {}

    /** Where a delivery stands after such an outcome. */
    static OutboundState state(Outcome outcome) {
        if (outcome instanceof Sent) {
            return OutboundState.SENT;
        }
        if (outcome instanceof Retry) {
            return OutboundState.DEFERRED;
        }
        return outcome instanceof Failed ? OutboundState.FAILED : OutboundState.UNCERTAIN;
    }

    private static @Nullable String reason(Outcome outcome) {
        if (outcome instanceof Retry retry) {
            return retry.reason();
        }
        if (outcome instanceof Failed failed) {
            return failed.reason();
        }
        return outcome instanceof Uncertain uncertain ? uncertain.reason() : null;
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }

    private static Delivery delivery(ResultSet row, int number) throws SQLException {
        return new Delivery(
                new OutboundId(row.getObject(1, UUID.class)),
                new WorkspaceId(row.getObject(2, UUID.class)),
                row.getString(3),
                row.getString(4),
                row.getString(5),
                Purpose.valueOf(row.getString(6)),
                row.getInt(7),
                row.getInt(8),
                row.getString(9));
    }
}
