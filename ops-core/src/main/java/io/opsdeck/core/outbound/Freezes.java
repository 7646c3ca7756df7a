package io.opsdeck.core.outbound;

import io.opsdeck.core.audit.Actor;
import io.opsdeck.core.audit.AuditTrail;
import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.id.Ids;
import io.opsdeck.core.text.TextHygiene;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * What must not leave the current workspace for the time being. Nothing is lost by a freeze: deliveries wait, and go on
 * when it is lifted. What is being sent at this very moment is finished.
 */
@Service
@Transactional(readOnly = true)
public class Freezes {

    private static final int LONGEST_REASON = 500;

    private final JdbcClient jdbc;
    private final OutboundBell bell;
    private final AuditTrail audit;
    private final Ids ids;
    private final Clock clock;
    private final ApplicationEventPublisher events;

    Freezes(
            JdbcClient jdbc,
            OutboundBell bell,
            AuditTrail audit,
            Ids ids,
            Clock clock,
            ApplicationEventPublisher events) {
        this.jdbc = jdbc;
        this.bell = bell;
        this.audit = audit;
        this.ids = ids;
        this.clock = clock;
        this.events = events;
    }

    /**
     * What a freeze stops.
     *
     * @param kind null for everything
     * @param lane null for the whole kind
     */
    public record Scope(@Nullable String kind, @Nullable String lane) {

        public Scope {
            if (kind == null && lane != null) {
                throw new IllegalArgumentException("a lane belongs to a kind");
            }
        }

        /** Stops everything. */
        public static Scope everything() {
            return new Scope(null, null);
        }

        Map<String, String> facts() {
            Map<String, String> facts = new HashMap<>();
            if (kind != null) {
                facts.put("kind", kind);
            }
            if (lane != null) {
                facts.put("lane", lane);
            }
            return facts;
        }
    }

    /** A freeze in force. */
    public record FreezeView(UUID id, Scope scope, String reason, String by, Instant since) {}

    /** Those in force, newest first. */
    public List<FreezeView> list() {
        return jdbc.sql("select id, kind, lane, reason, by_name, since from core.outbound_freeze"
                        + " where lifted_at is null order by since desc, id desc")
                .query((row, number) -> new FreezeView(
                        row.getObject(1, UUID.class),
                        new Scope(row.getString(2), row.getString(3)),
                        row.getString(4),
                        row.getString(5),
                        row.getTimestamp(6).toInstant()))
                .list();
    }

    /** Takes effect within two seconds on every node. */
    @Transactional
    public UUID freeze(Scope scope, String reason) {
        String why = TextHygiene.clean(reason.strip());
        if (why.isEmpty()) {
            throw CoreError.REQUIRED.at("/reason");
        }
        if (why.length() > LONGEST_REASON) {
            throw CoreError.TOO_LONG.at("/reason", LONGEST_REASON);
        }
        UUID id = ids.next();
        jdbc.sql("""
                        insert into core.outbound_freeze (id, workspace_id, kind, lane, reason, by_name, since)
                        values (?, core.current_workspace(), ?, ?, ?, ?, ?)
                        """)
                .param(id)
                .param(scope.kind())
                .param(scope.lane())
                .param(why)
                .param(Actor.current().name())
                .param(Timestamp.from(clock.instant()))
                .update();
        audit.record("outbound.frozen", "freeze", id.toString(), why, Map.of(), scope.facts());
        events.publishEvent(new SendingStopped(id, scope, why, Actor.current().name()));
        return id;
    }

    @Transactional
    public void lift(UUID id) {
        String reason = jdbc.sql("""
                        update core.outbound_freeze set lifted_at = ?, lifted_by = ? where id = ? and lifted_at is null
                        returning reason
                        """)
                .params(Timestamp.from(clock.instant()), Actor.current().name(), id)
                .query(String.class)
                .optional()
                .orElseThrow(OutboundError.FREEZE_NOT_FOUND::exception);
        audit.record("outbound.unfrozen", "freeze", id.toString(), reason, Map.of(), Map.of());
        events.publishEvent(new SendingResumed(id, reason, Actor.current().name()));
        bell.ringAfterCommit();
    }
}
