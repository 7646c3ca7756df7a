package io.opsdeck.analytics.event;

import io.opsdeck.analytics.event.TrackedEvent.Outcome;
import io.opsdeck.core.workspace.CurrentWorkspace;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Takes events that a member brings, such as the rows of a file: says first what would become of each, then stores them
 * through the intake. Unlike with tracking, what is wrong goes back to who brought it and not to quarantine.
 */
@Service
public class EventLoad {

    private static final byte[] OPEN = "{\"batch\":[".getBytes(StandardCharsets.UTF_8);
    private static final byte[] CLOSE = "]}".getBytes(StandardCharsets.UTF_8);

    private final EventIntake intake;
    private final DataSource database;
    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final Clock clock;

    EventLoad(
            EventIntake intake,
            @Qualifier("intakeDataSource") DataSource database,
            JdbcClient jdbc,
            TransactionTemplate transactions,
            Clock clock) {
        this.intake = intake;
        this.database = database;
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.clock = clock;
    }

    /** What becomes of an event. */
    public enum Fate {
        /** A new event; for an identify call, of a person that was not known. */
        CREATED,
        /** An identify call of a known person. */
        UPDATED,
        /** Its message id was seen before. */
        SKIPPED,
        REFUSED
    }

    /**
     * The fate of one event.
     *
     * @param fault why it is refused, else null
     * @param pointer the place of the fault in the event, a JSON Pointer
     */
    public record Verdict(Fate fate, @Nullable EventFault fault, String pointer) {}

    /**
     * Begins to load into a source of the current workspace; {@link EventError#SOURCE_NOT_FOUND} for any other.
     *
     * @param source null for one that is still to be made: then events can be judged and not stored
     */
    public Session into(@Nullable SourceId source) {
        if (source == null) {
            UUID workspace = CurrentWorkspace.require().id();
            return new Session(new IntakeSource(new UUID(0, 0), workspace, LocalDate.EPOCH, EventSources.Kind.IMPORT));
        }
        Optional<IntakeSource> found = transactions.execute(
                status -> jdbc.sql("select " + IntakeSource.COLUMNS + " from analytics.source s where s.id = ?")
                        .param(source.id())
                        .query((row, number) -> IntakeSource.read(row, 1))
                        .optional());
        return new Session(
                Optional.ofNullable(found).flatMap(any -> any).orElseThrow(EventError.SOURCE_NOT_FOUND::exception));
    }

    /** One load. Remembers what it has judged and not stored: about 100 bytes an event. Used by one thread. */
    public final class Session {

        private final IntakeSource source;
        private final Set<UUID> judgedMessages = new HashSet<>();
        private final Set<String> judgedUsers = new HashSet<>();
        private List<TrackedEvent> good = List.of();

        private Session(IntakeSource source) {
            this.source = source;
        }

        /**
         * Says what becomes of the events when they are stored after those judged before. Each is a JSON object as it
         * stands in a batch of the tracking API, with its type.
         */
        public List<Verdict> judge(List<byte[]> documents) {
            long now = clock.millis();
            List<TrackedEvent> events =
                    documents.stream().map(document -> read(document, now)).toList();
            Set<UUID> seen = new HashSet<>(judgedMessages);
            Set<String> known = new HashSet<>(judgedUsers);
            try (var connection = database.getConnection()) {
                seen.addAll(seen(connection, events));
                known.addAll(known(connection, events));
            } catch (SQLException e) {
                throw IntakeFailure.unavailable(e);
            }
            var verdicts = new ArrayList<Verdict>(events.size());
            good = new ArrayList<>();
            for (TrackedEvent event : events) {
                EventFault fault = event.fault;
                if (fault != null) {
                    String pointer = event.faultPointer == null ? event.pointer : event.faultPointer;
                    verdicts.add(new Verdict(Fate.REFUSED, fault, pointer.substring(event.pointer.length())));
                    continue;
                }
                good.add(event);
                judgedMessages.add(event.hash);
                String user = event.userId == null ? event.anonymousId : event.userId;
                boolean fresh = seen.add(event.hash);
                boolean first = user == null || known.add(user);
                if (user != null) {
                    judgedUsers.add(user);
                }
                boolean update = event.kind == TrackingCall.Kind.IDENTIFY && !first;
                Fate fate = update ? Fate.UPDATED : Fate.CREATED;
                verdicts.add(new Verdict(fresh ? fate : Fate.SKIPPED, null, ""));
            }
            return verdicts;
        }

        /**
         * Stores the events judged last; returns after the commit.
         *
         * @return how many the database refused after all; they are in quarantine
         */
        public int store() {
            intake.submit(good);
            judgedMessages.clear();
            judgedUsers.clear();
            long refused = good.stream()
                    .filter(event -> event.outcome == Outcome.QUARANTINED || event.outcome == Outcome.REJECTED)
                    .count();
            return Math.toIntExact(refused);
        }

        private TrackedEvent read(byte[] document, long now) {
            byte[] batch = new byte[OPEN.length + document.length + CLOSE.length];
            System.arraycopy(OPEN, 0, batch, 0, OPEN.length);
            System.arraycopy(document, 0, batch, OPEN.length, document.length);
            System.arraycopy(CLOSE, 0, batch, OPEN.length + document.length, CLOSE.length);
            TrackedEvent event = TrackingParser.parse(TrackingCall.Kind.BATCH, batch)
                    .events()
                    .get(0);
            intake.rules().apply(event, source, now);
            return event;
        }

        private Set<UUID> seen(Connection connection, List<TrackedEvent> events) throws SQLException {
            var sql = "select hash from analytics.seen where source_id = ? and hash = any(?)";
            var seen = new HashSet<UUID>();
            try (var statement = connection.prepareStatement(sql)) {
                statement.setObject(1, source.id());
                statement.setArray(
                        2,
                        connection.createArrayOf(
                                "uuid", events.stream().map(event -> event.hash).toArray()));
                try (var rows = statement.executeQuery()) {
                    while (rows.next()) {
                        seen.add(rows.getObject(1, UUID.class));
                    }
                }
            }
            return seen;
        }

        private Set<String> known(Connection connection, List<TrackedEvent> events) throws SQLException {
            Object[] users = events.stream()
                    .filter(event -> event.kind == TrackingCall.Kind.IDENTIFY)
                    .map(event -> event.userId == null ? event.anonymousId : event.userId)
                    .filter(user -> user != null)
                    .toArray();
            var known = new HashSet<String>();
            if (users.length == 0) {
                return known;
            }
            var sql = "select value from analytics.identifier where workspace_id = ? and value = any(?)";
            try (var statement = connection.prepareStatement(sql)) {
                statement.setObject(1, source.workspace());
                statement.setArray(2, connection.createArrayOf("text", users));
                try (var rows = statement.executeQuery()) {
                    while (rows.next()) {
                        known.add(rows.getString(1));
                    }
                }
            }
            return known;
        }
    }
}
