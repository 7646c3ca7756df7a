package io.opsdeck.core.outbound;

import io.opsdeck.core.audit.AuditTrail;
import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.id.Ids;
import io.opsdeck.core.page.Page;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.json.JsonMapper;

/** The deliveries of the current workspace. */
@Service
@Transactional(readOnly = true)
public class Outbound {

    private static final int MOST_AT_ONCE = 1_000;
    private static final int LONGEST_SUBJECT = 200;
    private static final UUID LAST = new UUID(-1, -1);
    private static final String SELECT = """
            select o.id, o.kind, o.lane, o.purpose, o.subject, o.state, o.reason, o.tries, o.planned_at, o.due_at,
              o.ended_at, o.resend_of, (select r.id from core.outbound r where r.resend_of = o.id limit 1)
            from core.outbound o
            """;

    private final JdbcClient jdbc;
    private final LaneBook lanes;
    private final OutboundBell bell;
    private final AuditTrail audit;
    private final Ids ids;
    private final JsonMapper json;

    Outbound(JdbcClient jdbc, LaneBook lanes, OutboundBell bell, AuditTrail audit, Ids ids, JsonMapper json) {
        this.jdbc = jdbc;
        this.lanes = lanes;
        this.bell = bell;
        this.audit = audit;
        this.ids = ids;
        this.json = json;
    }

    /**
     * A delivery as it stands.
     *
     * @param reason why it did not leave, or not yet: the key of a text {@code outbound.reason.<key>}
     * @param dueAt when it is looked at next, as long as it waits
     * @param resendOf the delivery that this one repeats
     * @param resentAs the delivery that repeats this one
     */
    public record DeliveryView(
            OutboundId id,
            String kind,
            String lane,
            Purpose purpose,
            String subject,
            OutboundState state,
            @Nullable String reason,
            int tries,
            Instant plannedAt,
            Instant dueAt,
            @Nullable Instant endedAt,
            @Nullable OutboundId resendOf,
            @Nullable OutboundId resentAs) {}

    /**
     * One attempt, oldest first in lists.
     *
     * @param outcome {@code SENT}, {@code RETRY}, {@code FAILED}, {@code UNCERTAIN}, or null while it is under way
     */
    public record AttemptView(
            int number,
            Instant begunAt,
            @Nullable Instant endedAt,
            @Nullable String outcome,
            @Nullable String reason,
            String request,
            String response,
            String body) {}

    /**
     * Which deliveries to list; null is any.
     *
     * @param from planned at that time or later
     * @param to planned before
     */
    public record DeliveryFilter(
            @Nullable String kind,
            @Nullable String lane,
            @Nullable OutboundState state,
            @Nullable Instant from,
            @Nullable Instant to) {

        public static DeliveryFilter all() {
            return new DeliveryFilter(null, null, null, null, null);
        }
    }

    /** What a member knows of a delivery whose end is uncertain. */
    public enum Resolution {
        IT_WAS_SENT,
        SEND_AGAIN,
        GIVE_UP
    }

    /**
     * Writes down what is to leave when the caller's transaction has committed. Where the same key of the kind was
     * planned before, nothing changes.
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public OutboundId plan(PlanDelivery wish) {
        return insert(wish, json.writeValueAsString(wish.payload()), null);
    }

    /** Newest first. */
    public Page<DeliveryView> page(DeliveryFilter filter, @Nullable String cursor, int limit) {
        List<DeliveryView> rows = jdbc.sql(SELECT + """
                        where o.id < ? and (?::text is null or o.kind = ?) and (?::text is null or o.lane = ?)
                          and (?::text is null or o.state = ?) and o.planned_at >= ? and o.planned_at < ?
                        order by o.id desc limit ?
                        """)
                .param(cursor == null ? LAST : before(cursor))
                .param(filter.kind())
                .param(filter.kind())
                .param(filter.lane())
                .param(filter.lane())
                .param(filter.state() == null ? null : filter.state().name())
                .param(filter.state() == null ? null : filter.state().name())
                .param(Timestamp.from(filter.from() == null ? Instant.EPOCH : filter.from()))
                .param(Timestamp.from(filter.to() == null ? Instant.ofEpochSecond(32_503_680_000L) : filter.to()))
                .param(limit + 1)
                .query(Outbound::view)
                .list();
        return Page.of(rows, limit, last -> last.id().toString());
    }

    public DeliveryView require(OutboundId id) {
        return jdbc.sql(SELECT + " where o.id = ?")
                .param(id.id())
                .query(Outbound::view)
                .optional()
                .orElseThrow(OutboundError.DELIVERY_NOT_FOUND::exception);
    }

    public List<AttemptView> attempts(OutboundId id) {
        return jdbc.sql("""
                        select row_number() over (order by attempt), begun_at, ended_at, outcome, reason,
                          coalesce(request, ''), coalesce(response, ''), coalesce(body, '')
                        from core.outbound_attempt where outbound_id = ? order by attempt
                        """)
                .param(id.id())
                .query((row, number) -> new AttemptView(
                        row.getInt(1),
                        row.getTimestamp(2).toInstant(),
                        instant(row.getTimestamp(3)),
                        row.getString(4),
                        row.getString(5),
                        row.getString(6),
                        row.getString(7),
                        row.getString(8)))
                .list();
    }

    /** How many deliveries wait for a member's decision. */
    public int uncertain() {
        return jdbc.sql("select count(*) from core.outbound where state = 'UNCERTAIN'")
                .query(Integer.class)
                .single();
    }

    /**
     * Plans once more what has ended. Each delivery is repeated once; asked again, this answers the delivery that
     * repeats it, which may be resent itself.
     */
    @Transactional
    public OutboundId resend(OutboundId id) {
        DeliveryView delivery = require(id);
        if (!delivery.state().isEnd() || delivery.state() == OutboundState.UNCERTAIN) {
            throw OutboundError.DELIVERY_NOT_ENDED.exception();
        }
        return repeat(delivery);
    }

    /** Resends what failed, was skipped or cancelled in that lane and time and was not repeated yet, 1,000 at most. */
    @Transactional
    public int resend(String kind, String lane, Instant from, Instant to) {
        List<DeliveryView> missed = jdbc.sql(SELECT + """
                        where o.kind = ? and o.lane = ? and o.state in ('FAILED', 'SKIPPED', 'CANCELLED')
                          and o.planned_at >= ? and o.planned_at < ?
                          and not exists (select from core.outbound r where r.resend_of = o.id)
                        order by o.id limit ?
                        """)
                .params(kind, lane, Timestamp.from(from), Timestamp.from(to), MOST_AT_ONCE)
                .query(Outbound::view)
                .list();
        missed.forEach(this::repeat);
        return missed.size();
    }

    /** Ends what waits. What is being sent at this moment cannot be called back. */
    @Transactional
    public void cancel(OutboundId id) {
        DeliveryView delivery = require(id);
        int changed = jdbc.sql("""
                        update core.outbound set state = 'CANCELLED', ended_at = now(), lease_until = null
                        where id = ? and state in ('PLANNED', 'DEFERRED', 'CLAIMED')
                        """).param(id.id()).update();
        if (changed == 0) {
            throw OutboundError.DELIVERY_NOT_WAITING.exception();
        }
        record("outbound.cancelled", delivery, Map.of());
    }

    /** Writes what a member found out or decided about an uncertain delivery. */
    @Transactional
    public void resolve(OutboundId id, Resolution resolution) {
        DeliveryView delivery = require(id);
        boolean sent = resolution == Resolution.IT_WAS_SENT;
        int changed = jdbc.sql("update core.outbound set state = ?, reason = ? where id = ? and state = 'UNCERTAIN'")
                .params(
                        sent ? OutboundState.SENT.name() : OutboundState.FAILED.name(),
                        sent ? "resolved_as_sent" : "given_up",
                        id.id())
                .update();
        if (changed == 0) {
            throw OutboundError.DELIVERY_NOT_UNCERTAIN.exception();
        }
        record("outbound.resolved", delivery, Map.of("as", resolution.name()));
        if (resolution == Resolution.SEND_AGAIN) {
            repeat(delivery);
        }
    }

    private OutboundId repeat(DeliveryView delivery) {
        String payload = jdbc.sql("select payload::text from core.outbound where id = ?")
                .param(delivery.id().id())
                .query(String.class)
                .single();
        var wish = new PlanDelivery(
                delivery.kind(),
                delivery.lane(),
                "resend/" + delivery.id(),
                delivery.purpose(),
                delivery.subject(),
                payload,
                null);
        OutboundId again = insert(wish, payload, delivery.id());
        record("outbound.resent", delivery, Map.of("as", again.toString()));
        return again;
    }

    private void record(String action, DeliveryView delivery, Map<String, String> after) {
        audit.record(action, "delivery", delivery.id().toString(), delivery.subject(), Map.of(), after);
    }

    private OutboundId insert(PlanDelivery wish, String payload, @Nullable OutboundId resendOf) {
        lanes.open(wish.kind(), wish.lane());
        String subject = wish.subject();
        Optional<UUID> fresh = jdbc.sql("""
                        insert into core.outbound (id, workspace_id, kind, lane, key, purpose, subject, payload, state,
                          due_at, resend_of)
                        values (?, core.current_workspace(), ?, ?, ?, ?, ?, ?::jsonb, 'PLANNED',
                          coalesce(?::timestamptz, now()), ?)
                        on conflict (workspace_id, kind, key) do nothing returning id
                        """)
                .param(ids.next())
                .param(wish.kind())
                .param(wish.lane())
                .param(wish.key())
                .param(wish.purpose().name())
                .param(subject.length() > LONGEST_SUBJECT ? subject.substring(0, LONGEST_SUBJECT) : subject)
                .param(payload)
                .param(wish.notBefore() == null ? null : Timestamp.from(wish.notBefore()))
                .param(resendOf == null ? null : resendOf.id())
                .query(UUID.class)
                .optional();
        bell.ringAfterCommit();
        return new OutboundId(fresh.orElseGet(() -> jdbc.sql("select id from core.outbound where kind = ? and key = ?")
                .params(wish.kind(), wish.key())
                .query(UUID.class)
                .single()));
    }

    private static UUID before(String cursor) {
        try {
            return UUID.fromString(cursor);
        } catch (IllegalArgumentException e) {
            throw CoreError.INVALID_VALUE.at("cursor");
        }
    }

    private static DeliveryView view(ResultSet row, int number) throws SQLException {
        return new DeliveryView(
                new OutboundId(row.getObject(1, UUID.class)),
                row.getString(2),
                row.getString(3),
                Purpose.valueOf(row.getString(4)),
                row.getString(5),
                OutboundState.valueOf(row.getString(6)),
                row.getString(7),
                row.getInt(8),
                row.getTimestamp(9).toInstant(),
                row.getTimestamp(10).toInstant(),
                instant(row.getTimestamp(11)),
                id(row.getObject(12, UUID.class)),
                id(row.getObject(13, UUID.class)));
    }

    private static @Nullable OutboundId id(@Nullable UUID id) {
        return id == null ? null : new OutboundId(id);
    }

    private static @Nullable Instant instant(@Nullable Timestamp time) {
        return time == null ? null : time.toInstant();
    }
}
