package io.opsdeck.analytics.event;

import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** The events and properties that the current workspace has seen, and what its members say about them. */
@Service
@Transactional(readOnly = true)
public class EventDictionary {

    private final JdbcClient jdbc;

    EventDictionary(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** How far the team is with an event. */
    public enum Status {
        PLANNED,
        LIVE,
        DEPRECATED,
        HIDDEN
    }

    /** What a property tells about a person. */
    public enum Pii {
        UNKNOWN,
        NONE,
        PERSONAL,
        SENSITIVE
    }

    /** The observed types of a property. */
    public enum ValueType {
        TEXT,
        NUMBER,
        BOOLEAN,
        OBJECT,
        LIST
    }

    /** An event of the dictionary; {@code count} lags by a second at most. */
    public record EventDefinition(
            String name,
            Status status,
            @Nullable UUID owner,
            String description,
            long count,
            @Nullable Instant firstSeenAt,
            @Nullable Instant lastSeenAt) {}

    /** A top-level property of an event. */
    public record PropertyDefinition(
            String event, String name, List<ValueType> types, Pii pii, String description, long count) {}

    /** Events of a day of arrival, in UTC. */
    public record DailyVolume(LocalDate day, long count) {}

    /** All events, by name. */
    public List<EventDefinition> events() {
        return jdbc.sql("select name, status, owner_id, description, count, first_seen_at, last_seen_at"
                        + " from analytics.event_definition order by name")
                .query((row, number) -> new EventDefinition(
                        row.getString(1),
                        Status.valueOf(row.getString(2)),
                        row.getObject(3, UUID.class),
                        row.getString(4),
                        row.getLong(5),
                        instant(row.getTimestamp(6)),
                        instant(row.getTimestamp(7))))
                .list();
    }

    /** The names of all events, the most frequent first; at most 32,000 of them. */
    public List<String> names() {
        return jdbc.sql("select name from analytics.event_definition order by count desc, name")
                .query(String.class)
                .list();
    }

    /** The properties of one event, by name. */
    public List<PropertyDefinition> properties(String event) {
        return jdbc.sql("select event, name, types, pii, description, count from analytics.property_definition"
                        + " where event = ? order by name")
                .param(event)
                .query((row, number) -> new PropertyDefinition(
                        row.getString(1),
                        row.getString(2),
                        types(row.getInt(3)),
                        Pii.valueOf(row.getString(4)),
                        row.getString(5),
                        row.getLong(6)))
                .list();
    }

    /** The properties that the team calls personal or sensitive, by event. */
    public Map<String, Set<String>> personal() {
        var personal = new HashMap<String, Set<String>>();
        jdbc.sql("select event, name from analytics.property_definition where pii in ('PERSONAL', 'SENSITIVE')")
                .query((RowCallbackHandler) row -> personal.computeIfAbsent(row.getString(1), event -> new HashSet<>())
                        .add(row.getString(2)));
        return personal;
    }

    /** The volume of one event from {@code from} on; days without events are left out. */
    public List<DailyVolume> volume(String event, LocalDate from) {
        return jdbc.sql("select day, count from analytics.event_volume where event = ? and day >= ? order by day")
                .params(event, from)
                .query((row, number) -> new DailyVolume(row.getObject(1, LocalDate.class), row.getLong(2)))
                .list();
    }

    /** Adds an event that is planned, before the first one arrives; one that exists stays as it is. */
    @Transactional
    public void plan(String event, String description) {
        jdbc.sql("insert into analytics.event_definition (workspace_id, name, status, description)"
                        + " values (core.current_workspace(), ?, 'PLANNED', ?) on conflict do nothing")
                .params(event, description)
                .update();
    }

    @Transactional
    public void describe(String event, Status status, @Nullable UUID owner, String description) {
        int changed = jdbc.sql("update analytics.event_definition set status = ?, owner_id = ?, description = ?"
                        + " where name = ?")
                .param(status.name())
                .param(owner)
                .param(description)
                .param(event)
                .update();
        if (changed == 0) {
            throw EventError.EVENT_DEFINITION_NOT_FOUND.exception(event);
        }
    }

    @Transactional
    public void describeProperty(String event, String property, Pii pii, String description) {
        int changed = jdbc.sql("update analytics.property_definition set pii = ?, description = ?"
                        + " where event = ? and name = ?")
                .params(pii.name(), description, event, property)
                .update();
        if (changed == 0) {
            throw EventError.EVENT_DEFINITION_NOT_FOUND.exception(event);
        }
    }

    private static List<ValueType> types(int bits) {
        return java.util.Arrays.stream(ValueType.values())
                .filter(type -> (bits & (1 << type.ordinal())) != 0)
                .toList();
    }

    private static @Nullable Instant instant(@Nullable Timestamp time) {
        return time == null ? null : time.toInstant();
    }
}
