package io.opsdeck.analytics.event;

import io.opsdeck.core.page.Page;
import java.sql.Timestamp;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** The stored events of the current workspace, newest first by arrival, and who an identifier belongs to. */
@Service
@Transactional(readOnly = true)
public class EventLog {

    private final JdbcClient jdbc;

    EventLog(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * One page.
     *
     * @param event only events of this name, or null for all
     * @param person only events of this person and of those merged into it, or null for all
     * @param cursor where the last page ended, or null for the first
     */
    public Page<LoggedEvent> newest(
            @Nullable String event, @Nullable PersonId person, @Nullable String cursor, int limit) {
        var sql = new StringBuilder("select ").append(LoggedEvent.COLUMNS).append(" from analytics.event e where true");
        List<Object> values = new ArrayList<>();
        if (event != null) {
            sql.append(" and e.name = ?");
            values.add(event);
        }
        if (person != null) {
            sql.append(" and e.person_id in (select p.id from analytics.person p where p.id = ? or p.merged_into ="
                    + " coalesce((select c.merged_into from analytics.person c where c.id = ?), ?)"
                    + " or p.id = (select c.merged_into from analytics.person c where c.id = ?))");
            for (int i = 0; i < 4; i++) {
                values.add(person.id());
            }
        }
        if (cursor != null) {
            sql.append(" and (e.received_at, e.seq) < (?, ?)");
            EventCursor at = EventCursor.of(cursor);
            values.add(Timestamp.from(at.time()));
            values.add(at.seq());
        }
        sql.append(" order by e.received_at desc, e.seq desc limit ?");
        values.add(limit + 1);
        List<LoggedEvent> rows =
                jdbc.sql(sql.toString()).params(values).query(LoggedEvent::read).list();
        return Page.of(
                rows,
                limit,
                last -> new EventCursor(last.receivedAt(), last.position().seq()).toString());
    }

    /**
     * What a person and those merged into it did, latest first by when it happened.
     *
     * @param cursor where the last page ended, or null for the first
     */
    public Page<LoggedEvent> history(PersonId person, @Nullable String cursor, int limit) {
        UUID[] persons = jdbc.sql("select id from analytics.person where id = ? or merged_into = ?")
                .params(person.id(), person.id())
                .query(UUID.class)
                .list()
                .toArray(UUID[]::new);
        var sql = new StringBuilder("select ").append(LoggedEvent.COLUMNS).append(" from analytics.event e where ");
        List<Object> values = new ArrayList<>();
        // One person alone is read from the index in its order.
        sql.append(persons.length == 1 ? "e.person_id = ?" : "e.person_id = any(?)");
        values.add(persons.length == 1 ? persons[0] : persons);
        if (cursor != null) {
            sql.append(" and (e.at, e.seq) < (?, ?)");
            EventCursor at = EventCursor.of(cursor);
            values.add(Timestamp.from(at.time()));
            values.add(at.seq());
        }
        sql.append(" order by e.at desc, e.seq desc limit ?");
        values.add(limit + 1);
        List<LoggedEvent> rows =
                jdbc.sql(sql.toString()).params(values).query(LoggedEvent::read).list();
        return Page.of(
                rows, limit, last -> new EventCursor(last.at(), last.position().seq()).toString());
    }

    /** The person that {@code identifier} leads to now, as user id before as anonymous id. */
    public Optional<PersonId> findPerson(String identifier) {
        return jdbc.sql("select person_id from analytics.identifier where value = ? and kind in ('user', 'anonymous')"
                        + " order by kind desc limit 1")
                .param(identifier)
                .query(UUID.class)
                .optional()
                .map(PersonId::new);
    }

    /** The person that {@code person} is now: itself, or whom it was merged into; empty where there is no such person. */
    public Optional<PersonId> current(PersonId person) {
        return jdbc.sql("select coalesce(merged_into, id) from analytics.person where id = ?")
                .param(person.id())
                .query(UUID.class)
                .optional()
                .map(PersonId::new);
    }

    /** What leads to a person: a user id, or the anonymous id of a device. */
    public record Identifier(boolean user, String value) {}

    /** Everything that leads to {@code person} now, user ids first. */
    public List<Identifier> identifiers(PersonId person) {
        return jdbc.sql("select kind = 'user', value from analytics.identifier where person_id = ?"
                        + " order by kind desc, value")
                .param(person.id())
                .query((row, number) -> new Identifier(row.getBoolean(1), row.getString(2)))
                .list();
    }

    private record EventCursor(Instant time, long seq) {

        static EventCursor of(String text) {
            String[] parts = text.split("_", 2);
            try {
                return new EventCursor(Instant.parse(parts[0]), Long.parseLong(parts.length == 2 ? parts[1] : ""));
            } catch (DateTimeException | NumberFormatException e) {
                throw EventError.INVALID_CURSOR.at("cursor");
            }
        }

        @Override
        public String toString() {
            return time + "_" + seq;
        }
    }
}
