package io.opsdeck.analytics.event;

import static java.util.Objects.requireNonNull;

import io.opsdeck.analytics.event.TrackedEvent.Outcome;
import io.opsdeck.core.page.Page;
import java.nio.charset.StandardCharsets;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

/** The events of the current workspace that could not be stored, kept as they were sent for 14 days. */
@Service
@Transactional(readOnly = true)
public class Quarantine {

    private static final int MOST_REPLAYED = 500;

    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final EventIntake intake;
    private final Clock clock;

    Quarantine(JdbcClient jdbc, TransactionTemplate transactions, EventIntake intake, Clock clock) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.intake = intake;
        this.clock = clock;
    }

    /** An event in quarantine; {@code raw} is the JSON as it was sent, {@code pointer} the place of the fault. */
    public record QuarantinedEvent(
            QuarantinedEventId id,
            SourceId source,
            String messageId,
            EventFault reason,
            @Nullable String pointer,
            String raw,
            Instant receivedAt) {}

    /** How many events wait for one reason. */
    public record ReasonCount(EventFault reason, long count) {}

    /** What became of a replay: now stored (or stored before), and still refused. */
    public record Replay(int stored, int stillRefused) {}

    /** Newest first; {@code reason} null for all. */
    public Page<QuarantinedEvent> page(@Nullable EventFault reason, @Nullable String cursor, int limit) {
        UUID before = cursor == null
                ? new UUID(-1, -1)
                : QuarantinedEventId.of(cursor).id();
        List<QuarantinedEvent> rows = jdbc.sql("""
                        select id, source_id, message_id, reason, pointer, raw, received_at from analytics.quarantine
                        where replayed_at is null and id < ? and (?::text is null or reason = ?)
                        order by id desc limit ?
                        """)
                .param(before)
                .param(reason == null ? null : reason.name())
                .param(reason == null ? null : reason.name())
                .param(limit + 1)
                .query((row, number) -> new QuarantinedEvent(
                        new QuarantinedEventId(row.getObject(1, UUID.class)),
                        new SourceId(row.getObject(2, UUID.class)),
                        row.getString(3),
                        EventFault.valueOf(row.getString(4)),
                        row.getString(5),
                        row.getString(6),
                        row.getTimestamp(7).toInstant()))
                .list();
        return Page.of(rows, limit, last -> last.id().toString());
    }

    public List<ReasonCount> reasons() {
        return jdbc.sql("select reason, count(*) from analytics.quarantine where replayed_at is null"
                        + " group by reason order by count(*) desc, reason")
                .query((row, number) -> new ReasonCount(EventFault.valueOf(row.getString(1)), row.getLong(2)))
                .list();
    }

    @Transactional
    public int discard(Collection<QuarantinedEventId> events) {
        return jdbc.sql("delete from analytics.quarantine where id = any(?)")
                .param(ids(events))
                .update();
    }

    /**
     * Sends up to 500 events through the intake again, by the rules and the source settings of now, with their message
     * ids and times of arrival. What was stored is marked only afterwards; a crash between is made good by the message
     * ids. Begins its own transactions.
     */
    @Transactional(propagation = Propagation.NEVER)
    public Replay replay(Collection<QuarantinedEventId> events) {
        List<Kept> kept = requireNonNull(transactions.execute(status -> load(events)));
        List<Kept> good = new ArrayList<>();
        List<TrackedEvent> again = new ArrayList<>();
        for (Kept one : kept) {
            TrackedEvent event = one.read(intake.rules());
            if (event.fault == null) {
                good.add(one);
                again.add(event);
            }
        }
        intake.submit(again);
        List<UUID> stored = new ArrayList<>();
        for (int i = 0; i < again.size(); i++) {
            Outcome outcome = again.get(i).outcome;
            if (outcome == Outcome.ACCEPTED || outcome == Outcome.DUPLICATE) {
                stored.add(good.get(i).id());
            }
        }
        transactions.executeWithoutResult(
                status -> jdbc.sql("update analytics.quarantine set replayed_at = ? where id = any(?)")
                        .params(Timestamp.from(clock.instant()), stored.toArray(UUID[]::new))
                        .update());
        return new Replay(stored.size(), kept.size() - stored.size());
    }

    private List<Kept> load(Collection<QuarantinedEventId> events) {
        return jdbc.sql("select q.id, q.call, q.raw, q.batch_context, q.sent_at, q.message_id, q.received_at, "
                        + IntakeSource.COLUMNS
                        + " from analytics.quarantine q join analytics.source s on s.id = q.source_id"
                        + " where q.replayed_at is null and q.id = any(?) order by q.id limit ?")
                .params(ids(events), MOST_REPLAYED)
                .query((row, number) -> new Kept(
                        row.getObject(1, UUID.class),
                        row.getString(2),
                        row.getString(3),
                        row.getString(4),
                        row.getString(5),
                        row.getString(6),
                        row.getTimestamp(7).getTime(),
                        IntakeSource.read(row, 8)))
                .list();
    }

    private static UUID[] ids(Collection<QuarantinedEventId> events) {
        return events.stream().map(QuarantinedEventId::id).toArray(UUID[]::new);
    }

    private record Kept(
            UUID id,
            String call,
            String raw,
            @Nullable String batchContext,
            @Nullable String sentAt,
            String messageId,
            long receivedAt,
            IntakeSource source) {

        TrackedEvent read(EventRules rules) {
            boolean batch = call.equals("batch");
            var kind = TrackingCall.Kind.ofPath(call).orElse(TrackingCall.Kind.BATCH);
            String document = batch ? "{\"batch\":[" + raw + "]}" : raw;
            TrackedEvent event = TrackingParser.parse(kind, document.getBytes(StandardCharsets.UTF_8))
                    .events()
                    .get(0);
            if (event.messageId.isBlank()) {
                event.messageId = messageId;
            }
            event.batchContext = batchContext;
            if (event.sentAt == null) {
                event.sentAt = sentAt;
            }
            rules.apply(event, source, receivedAt);
            return event;
        }
    }
}
