package io.opsdeck.analytics.event;

import io.opsdeck.analytics.event.TrackedEvent.Outcome;
import io.opsdeck.core.id.Ids;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a flush: deduplication, identities, rows, quarantine, counters and dictionary in one transaction. Used by the
 * flusher's thread alone. Costs a flush some six statements and one fsync, and an event one index probe of the
 * deduplication and about 400 bytes of COPY. A flush that the database refuses is halved until the bad event stands
 * alone and goes to quarantine.
 */
final class EventStore {

    private static final Logger log = LoggerFactory.getLogger(EventStore.class);
    private static final int MOST_ATTEMPTS = 6;
    private static final int COPY_COLUMNS = 16;
    private static final int DAYS_AHEAD = 40;

    private final DataSource database;
    private final Ids ids;
    private final Clock clock;
    private final Identities identities;
    private final DictionaryTally dictionary = new DictionaryTally();
    private final Set<YearMonth> partitions = new HashSet<>();
    private final CopyRows rows = new CopyRows();

    EventStore(DataSource database, Ids ids, Clock clock) {
        this.database = database;
        this.ids = ids;
        this.clock = clock;
        this.identities = new Identities(ids);
    }

    /** Gives every event its outcome; on an exception those that are still open were not stored. */
    void store(List<TrackedEvent> events) throws SQLException {
        try {
            attempt(events);
        } catch (SQLException e) {
            if (!IntakeFailure.isOfTheData(e) || events.isEmpty()) {
                throw e;
            }
            if (events.size() == 1) {
                TrackedEvent bad = events.get(0);
                log.warn("An event of source {} cannot be stored: {}", bad.source.id(), e.getMessage());
                if (bad.fault != null) {
                    throw e;
                }
                bad.refuse(EventFault.NOT_STORABLE, "");
                attempt(events);
                return;
            }
            int half = events.size() / 2;
            store(events.subList(0, half));
            store(events.subList(half, events.size()));
        }
    }

    /** Whether gathered counts wait for a flush, be it an empty one. */
    boolean hasCountsToWrite() {
        return dictionary.isDue(clock.millis());
    }

    /** The next flush writes the gathered counts. */
    void hurry() {
        dictionary.hurry();
    }

    private void attempt(List<TrackedEvent> events) throws SQLException {
        for (int attempt = 1; ; attempt++) {
            var transaction = new Transaction(events);
            try {
                transaction.run();
                return;
            } catch (Identities.StaleIdentityException e) {
                transaction.identity.forget();
                if (attempt == MOST_ATTEMPTS) {
                    throw new SQLException("identities keep changing", "40001", e);
                }
            } catch (SQLException e) {
                transaction.identity.forget();
                if (!IntakeFailure.isPassing(e) || attempt == MOST_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private record Message(UUID source, UUID hash, boolean lasting) {

        static Message of(TrackedEvent event) {
            return new Message(event.source.id(), event.hash, event.source.lasting());
        }
    }

    private static final class Counters {
        final UUID workspace;
        int accepted;
        int duplicate;
        int rejected;
        int quarantined;
        long last;

        Counters(UUID workspace) {
            this.workspace = workspace;
        }
    }

    private final class Transaction {

        private final List<TrackedEvent> events;
        private final Outcome[] outcomes;
        private final @Nullable EventFault[] faults;
        private final Identities.Flush identity = identities.begin();
        private final DictionaryTally.Flush counts = dictionary.begin();

        Transaction(List<TrackedEvent> events) {
            this.events = events;
            this.outcomes = new Outcome[events.size()];
            this.faults = new EventFault[events.size()];
        }

        void run() throws SQLException, Identities.StaleIdentityException {
            try (Connection connection = database.getConnection()) {
                ensurePartitions(connection);
                connection.setAutoCommit(false);
                try {
                    write(connection);
                    connection.commit();
                } catch (SQLException | Identities.StaleIdentityException | RuntimeException e) {
                    rollBack(connection, e);
                    throw e;
                }
            }
            identity.keep();
            counts.keep();
            for (int i = 0; i < outcomes.length; i++) {
                TrackedEvent event = events.get(i);
                EventFault fault = faults[i];
                if (fault != null) {
                    event.refuse(fault, "");
                }
                event.outcome = outcomes[i];
            }
        }

        private void rollBack(Connection connection, Exception because) {
            try {
                connection.rollback();
                connection.setAutoCommit(true);
            } catch (SQLException e) {
                because.addSuppressed(e);
            }
        }

        private void write(Connection connection) throws SQLException, Identities.StaleIdentityException {
            for (int i = 0; i < outcomes.length; i++) {
                TrackedEvent event = events.get(i);
                if (event.fault == null) {
                    faults[i] = counts.admit(connection, event);
                } else {
                    faults[i] = event.fault;
                }
                EventFault fault = faults[i];
                if (fault != null) {
                    outcomes[i] = fault.kept() ? Outcome.QUARANTINED : Outcome.REJECTED;
                }
            }
            List<TrackedEvent> winners = deduplicate(connection);
            if (!winners.isEmpty()) {
                identity.resolve(connection, winners);
                winners.forEach(counts::count);
                copy(connection, winners);
            }
            quarantine(connection);
            count(connection);
            counts.write(connection, clock.millis());
        }

        private List<TrackedEvent> deduplicate(Connection connection) throws SQLException {
            var first = new LinkedHashMap<Message, Integer>();
            for (int i = 0; i < outcomes.length; i++) {
                if (outcomes[i] == null) {
                    TrackedEvent event = events.get(i);
                    if (first.putIfAbsent(Message.of(event), i) != null) {
                        outcomes[i] = Outcome.DUPLICATE;
                    }
                }
            }
            if (first.isEmpty()) {
                return List.of();
            }
            var sorted = new ArrayList<>(first.keySet());
            sorted.sort(Comparator.comparing(Message::hash).thenComparing(Message::source));
            String sql = "insert into analytics.seen (source_id, hash, day)"
                    + " select s, h, d from unnest(?::uuid[], ?::uuid[], ?::date[]) k (s, h, d)"
                    + " on conflict do nothing returning source_id, hash, day = 'infinity'";
            String today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC).toString();
            try (var statement = connection.prepareStatement(sql)) {
                statement.setArray(
                        1,
                        connection.createArrayOf(
                                "uuid", sorted.stream().map(Message::source).toArray()));
                statement.setArray(
                        2,
                        connection.createArrayOf(
                                "uuid", sorted.stream().map(Message::hash).toArray()));
                statement.setArray(
                        3,
                        connection.createArrayOf(
                                "date",
                                sorted.stream()
                                        .map(message -> message.lasting() ? "infinity" : today)
                                        .toArray()));
                try (var news = statement.executeQuery()) {
                    while (news.next()) {
                        var message = new Message(
                                news.getObject(1, UUID.class), news.getObject(2, UUID.class), news.getBoolean(3));
                        Integer index = first.get(message);
                        if (index != null) {
                            outcomes[index] = Outcome.ACCEPTED;
                        }
                    }
                }
            }
            var winners = new ArrayList<TrackedEvent>(sorted.size());
            for (int index : first.values()) {
                if (outcomes[index] == Outcome.ACCEPTED) {
                    winners.add(events.get(index));
                } else {
                    outcomes[index] = Outcome.DUPLICATE;
                }
            }
            return winners;
        }

        private void quarantine(Connection connection) throws SQLException {
            String sql = "insert into analytics.quarantine (id, workspace_id, source_id, message_id, call, raw,"
                    + " batch_context, sent_at, reason, pointer, received_at)"
                    + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing";
            try (var statement = connection.prepareStatement(sql)) {
                boolean any = false;
                for (int i = 0; i < outcomes.length; i++) {
                    EventFault fault = faults[i];
                    if (fault == null || !fault.kept()) {
                        continue;
                    }
                    any = true;
                    TrackedEvent event = events.get(i);
                    statement.setObject(1, ids.next());
                    statement.setObject(2, event.source.workspace());
                    statement.setObject(3, event.source.id());
                    statement.setString(4, event.messageId);
                    statement.setString(5, event.pointer.isEmpty() ? event.kind.path() : "batch");
                    statement.setString(6, event.raw());
                    statement.setString(7, event.batchContext);
                    statement.setString(8, event.sentAt);
                    statement.setString(9, fault.name());
                    statement.setString(10, event.faultPointer == null ? event.pointer : event.faultPointer);
                    statement.setTimestamp(11, new Timestamp(event.receivedAt));
                    statement.addBatch();
                }
                if (any) {
                    statement.executeBatch();
                }
            }
        }

        private void count(Connection connection) throws SQLException {
            var bySource = new TreeMap<UUID, Counters>();
            for (int i = 0; i < outcomes.length; i++) {
                TrackedEvent event = events.get(i);
                Counters counters =
                        bySource.computeIfAbsent(event.source.id(), id -> new Counters(event.source.workspace()));
                switch (outcomes[i]) {
                    case ACCEPTED -> {
                        counters.accepted++;
                        counters.last = Math.max(counters.last, event.receivedAt);
                    }
                    case DUPLICATE -> counters.duplicate++;
                    case QUARANTINED -> counters.quarantined++;
                    case REJECTED -> counters.rejected++;
                    case OPEN -> throw new IllegalStateException("an event without outcome");
                }
            }
            String sql = """
                    insert into analytics.source_count as c
                      (source_id, workspace_id, accepted, duplicate, rejected, quarantined, last_event_at)
                    values (?, ?, ?, ?, ?, ?, ?)
                    on conflict (source_id) do update set accepted = c.accepted + excluded.accepted,
                      duplicate = c.duplicate + excluded.duplicate, rejected = c.rejected + excluded.rejected,
                      quarantined = c.quarantined + excluded.quarantined,
                      last_event_at = greatest(c.last_event_at, excluded.last_event_at)
                    """;
            try (var statement = connection.prepareStatement(sql)) {
                for (var entry : bySource.entrySet()) {
                    Counters counters = entry.getValue();
                    statement.setObject(1, entry.getKey());
                    statement.setObject(2, counters.workspace);
                    statement.setLong(3, counters.accepted);
                    statement.setLong(4, counters.duplicate);
                    statement.setLong(5, counters.rejected);
                    statement.setLong(6, counters.quarantined);
                    statement.setTimestamp(7, counters.last == 0 ? null : new Timestamp(counters.last));
                    statement.executeUpdate();
                }
            }
        }
    }

    private void ensurePartitions(Connection connection) throws SQLException {
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        if (partitions.contains(YearMonth.from(today.plusDays(DAYS_AHEAD / 2)))) {
            return;
        }
        try (var statement = connection.prepareStatement("select analytics.ensure_partitions(?)")) {
            statement.setObject(1, today.plusDays(DAYS_AHEAD));
            statement.execute();
        }
        YearMonth last = YearMonth.from(today.plusDays(DAYS_AHEAD));
        for (YearMonth month = YearMonth.from(today); !month.isAfter(last); month = month.plusMonths(1)) {
            partitions.add(month);
        }
    }

    /** COPY is refused on a table with row-level security, so it goes into the leaves, which have none. */
    private void copy(Connection connection, List<TrackedEvent> events) throws SQLException {
        int from = 0;
        while (from < events.size()) {
            var month = YearMonth.from(
                    Instant.ofEpochMilli(events.get(from).receivedAt).atOffset(ZoneOffset.UTC));
            long begin = startOf(month);
            long end = startOf(month.plusMonths(1));
            int to = from + 1;
            while (to < events.size() && events.get(to).receivedAt >= begin && events.get(to).receivedAt < end) {
                to++;
            }
            copy(connection, month, events.subList(from, to));
            from = to;
        }
    }

    private static long startOf(YearMonth month) {
        return month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
    }

    private void copy(Connection connection, YearMonth month, List<TrackedEvent> events) throws SQLException {
        String leaf = String.format("analytics.event_%04d%02d", month.getYear(), month.getMonthValue());
        CopyIn copy = connection
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyIn("copy " + leaf + " (workspace_id, source_id, message_id, person_id, user_id, anonymous_id,"
                        + " previous_id, group_id, type, name, at, received_at, original_at, flags, props, context)"
                        + " from stdin (format binary)");
        try {
            rows.begin();
            for (TrackedEvent event : events) {
                append(event);
                rows.sendFull(copy);
            }
            rows.end(copy);
        } finally {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        }
    }

    private void append(TrackedEvent event) {
        rows.row(COPY_COLUMNS);
        rows.uuid(event.source.workspace());
        rows.uuid(event.source.id());
        rows.text(event.messageId);
        rows.uuid(event.personId);
        rows.text(event.userId);
        rows.text(event.anonymousId);
        rows.text(event.previousId);
        rows.text(event.groupId);
        rows.text(event.kind.path());
        rows.text(event.name);
        rows.time(event.at);
        rows.time(event.receivedAt);
        rows.text(event.timestamp);
        rows.smallint(event.flags);
        rows.jsonb(event.props);
        rows.jsonb(event.context);
    }
}
