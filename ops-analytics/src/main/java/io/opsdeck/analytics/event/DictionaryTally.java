package io.opsdeck.analytics.event;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the flusher counts for the dictionary, used by its thread alone. Names that are new are written with the flush
 * that brought them; counts are gathered and written with a flush once a second, because an upsert for each property of
 * each flush costs more than the events themselves. A killed process loses the counts of its last second, never a name.
 */
final class DictionaryTally {

    private static final int MOST_EVENT_NAMES = 32_000;
    private static final int MOST_PROPERTY_NAMES = 2_000;
    private static final long WRITE_EVERY_MILLIS = 1_000;

    private final Map<UUID, Known> known = new HashMap<>();
    private final Counts gathered = new Counts();
    private long writtenAt;

    private static final class Known {
        final Set<String> names = new HashSet<>();
        final Set<String> properties = new HashSet<>();
        final Set<Property> pairs = new HashSet<>();
    }

    private record Name(UUID workspace, String name) implements Comparable<Name> {
        @Override
        public int compareTo(Name other) {
            int order = workspace.compareTo(other.workspace);
            return order == 0 ? name.compareTo(other.name) : order;
        }
    }

    private record Property(UUID workspace, String event, String name) implements Comparable<Property> {
        @Override
        public int compareTo(Property other) {
            int order = workspace.compareTo(other.workspace);
            order = order == 0 ? event.compareTo(other.event) : order;
            return order == 0 ? name.compareTo(other.name) : order;
        }
    }

    private static final class Count {
        long count;
        long first = Long.MAX_VALUE;
        long last;
        int types;

        void add(long number, long from, long to, int observed) {
            count += number;
            first = Math.min(first, from);
            last = Math.max(last, to);
            types |= observed;
        }
    }

    private static final class Counts {
        final Map<Name, Count> names = new TreeMap<>();
        final Map<Property, Count> properties = new TreeMap<>();

        void add(Counts other) {
            other.names.forEach((key, more) ->
                    names.computeIfAbsent(key, k -> new Count()).add(more.count, more.first, more.last, 0));
            other.properties.forEach((key, more) -> properties
                    .computeIfAbsent(key, k -> new Count())
                    .add(more.count, more.first, more.last, more.types));
        }

        void clear() {
            names.clear();
            properties.clear();
        }
    }

    boolean isDue(long now) {
        return !gathered.names.isEmpty() && now - writtenAt >= WRITE_EVERY_MILLIS;
    }

    /** The next flush writes what was gathered. */
    void hurry() {
        writtenAt = 0;
    }

    Flush begin() {
        return new Flush();
    }

    /** The dictionary's part of one transaction. */
    final class Flush {

        private final Counts counts = new Counts();
        private final Map<UUID, Known> fresh = new HashMap<>();
        private boolean written;

        /** Whether the event's names still have room in the workspace's dictionary. */
        @Nullable
        EventFault admit(Connection connection, TrackedEvent event) throws SQLException {
            UUID workspace = event.source.workspace();
            Known old = known.get(workspace);
            if (old == null) {
                old = load(connection, workspace);
                known.put(workspace, old);
            }
            Known added = fresh.computeIfAbsent(workspace, id -> new Known());
            if (!old.names.contains(event.name) && !added.names.contains(event.name)) {
                if (old.names.size() + added.names.size() >= MOST_EVENT_NAMES) {
                    return EventFault.TOO_MANY_EVENT_NAMES;
                }
            }
            int room = MOST_PROPERTY_NAMES - old.properties.size() - added.properties.size();
            List<String> news = new ArrayList<>(0);
            for (String property : event.propertyNames) {
                if (!old.properties.contains(property) && !added.properties.contains(property)) {
                    news.add(property);
                }
            }
            if (news.size() > room) {
                return EventFault.TOO_MANY_PROPERTY_NAMES;
            }
            added.properties.addAll(news);
            if (!old.names.contains(event.name)) {
                added.names.add(event.name);
            }
            return null;
        }

        void count(TrackedEvent event) {
            UUID workspace = event.source.workspace();
            counts.names
                    .computeIfAbsent(new Name(workspace, event.name), key -> new Count())
                    .add(1, event.receivedAt, event.receivedAt, 0);
            for (int i = 0; i < event.propertyNames.length; i++) {
                counts.properties
                        .computeIfAbsent(
                                new Property(workspace, event.name, event.propertyNames[i]), key -> new Count())
                        .add(1, event.receivedAt, event.receivedAt, event.propertyTypes[i]);
            }
        }

        void write(Connection connection, long now) throws SQLException {
            boolean news = counts.names.keySet().stream().anyMatch(key -> !isKnown(key))
                    || counts.properties.keySet().stream().anyMatch(key -> !isKnown(key));
            if (!news && now - writtenAt < WRITE_EVERY_MILLIS) {
                return;
            }
            written = true;
            writtenAt = now;
            var all = new Counts();
            all.add(gathered);
            all.add(counts);
            writeNames(connection, all.names);
            writeProperties(connection, all.properties);
        }

        /** Call after the commit. */
        void keep() {
            if (written) {
                gathered.clear();
            } else {
                gathered.add(counts);
            }
            counts.names.keySet().forEach(key -> known(key.workspace()).names.add(key.name()));
            counts.properties.keySet().forEach(key -> {
                known(key.workspace()).properties.add(key.name());
                known(key.workspace()).pairs.add(key);
            });
        }

        private Known known(UUID workspace) {
            return known.computeIfAbsent(workspace, id -> new Known());
        }

        private boolean isKnown(Name key) {
            return known(key.workspace()).names.contains(key.name());
        }

        private boolean isKnown(Property key) {
            return known(key.workspace()).pairs.contains(key);
        }
    }

    private static Known load(Connection connection, UUID workspace) throws SQLException {
        var known = new Known();
        try (var statement =
                connection.prepareStatement("select name from analytics.event_definition where workspace_id = ?")) {
            statement.setObject(1, workspace);
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    known.names.add(rows.getString(1));
                }
            }
        }
        try (var statement = connection.prepareStatement(
                "select event, name from analytics.property_definition where workspace_id = ?")) {
            statement.setObject(1, workspace);
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    known.properties.add(rows.getString(2));
                    known.pairs.add(new Property(workspace, rows.getString(1), rows.getString(2)));
                }
            }
        }
        return known;
    }

    private static void writeNames(Connection connection, Map<Name, Count> names) throws SQLException {
        if (names.isEmpty()) {
            return;
        }
        Object[] workspaces = names.keySet().stream().map(Name::workspace).toArray();
        Object[] events = names.keySet().stream().map(Name::name).toArray();
        Object[] counts = names.values().stream().map(count -> count.count).toArray();
        try (var statement = connection.prepareStatement("""
                insert into analytics.event_definition as d (workspace_id, name, count, first_seen_at, last_seen_at)
                select k.* from unnest(?::uuid[], ?::text[], ?::bigint[], ?::timestamptz[], ?::timestamptz[]) k (workspace)
                where exists (select from core.workspace w where w.id = k.workspace)
                on conflict (workspace_id, name) do update set count = d.count + excluded.count,
                  first_seen_at = least(d.first_seen_at, excluded.first_seen_at),
                  last_seen_at = greatest(d.last_seen_at, excluded.last_seen_at)
                """)) {
            statement.setArray(1, connection.createArrayOf("uuid", workspaces));
            statement.setArray(2, connection.createArrayOf("text", events));
            statement.setArray(3, connection.createArrayOf("bigint", counts));
            setTimes(connection, statement, 4, names.values());
            statement.executeUpdate();
        }
        Object[] days = names.values().stream()
                .map(count -> LocalDate.ofEpochDay(Math.floorDiv(count.last, 86_400_000L)))
                .toArray();
        try (var statement = connection.prepareStatement("""
                insert into analytics.event_volume as v (workspace_id, event, day, count)
                select k.* from unnest(?::uuid[], ?::text[], ?::date[], ?::bigint[]) k (workspace)
                where exists (select from core.workspace w where w.id = k.workspace)
                on conflict (workspace_id, event, day) do update set count = v.count + excluded.count
                """)) {
            statement.setArray(1, connection.createArrayOf("uuid", workspaces));
            statement.setArray(2, connection.createArrayOf("text", events));
            statement.setArray(3, connection.createArrayOf("date", days));
            statement.setArray(4, connection.createArrayOf("bigint", counts));
            statement.executeUpdate();
        }
    }

    private static void writeProperties(Connection connection, Map<Property, Count> properties) throws SQLException {
        if (properties.isEmpty()) {
            return;
        }
        try (var statement = connection.prepareStatement("""
                insert into analytics.property_definition as d
                  (workspace_id, event, name, types, count, first_seen_at, last_seen_at)
                select k.* from unnest(?::uuid[], ?::text[], ?::text[], ?::smallint[], ?::bigint[], ?::timestamptz[],
                  ?::timestamptz[]) k (workspace)
                where exists (select from core.workspace w where w.id = k.workspace)
                on conflict (workspace_id, event, name) do update set count = d.count + excluded.count,
                  types = d.types | excluded.types,
                  first_seen_at = least(d.first_seen_at, excluded.first_seen_at),
                  last_seen_at = greatest(d.last_seen_at, excluded.last_seen_at)
                """)) {
            var keys = properties.keySet();
            var counts = properties.values();
            statement.setArray(
                    1,
                    connection.createArrayOf(
                            "uuid", keys.stream().map(Property::workspace).toArray()));
            statement.setArray(
                    2,
                    connection.createArrayOf(
                            "text", keys.stream().map(Property::event).toArray()));
            statement.setArray(
                    3,
                    connection.createArrayOf(
                            "text", keys.stream().map(Property::name).toArray()));
            statement.setArray(
                    4,
                    connection.createArrayOf(
                            "smallint",
                            counts.stream().map(count -> (short) count.types).toArray()));
            statement.setArray(
                    5,
                    connection.createArrayOf(
                            "bigint", counts.stream().map(count -> count.count).toArray()));
            setTimes(connection, statement, 6, counts);
            statement.executeUpdate();
        }
    }

    private static void setTimes(
            Connection connection, java.sql.PreparedStatement statement, int from, java.util.Collection<Count> counts)
            throws SQLException {
        statement.setArray(
                from,
                connection.createArrayOf(
                        "timestamptz",
                        counts.stream()
                                .map(count -> Instant.ofEpochMilli(count.first).toString())
                                .toArray()));
        statement.setArray(
                from + 1,
                connection.createArrayOf(
                        "timestamptz",
                        counts.stream()
                                .map(count -> Instant.ofEpochMilli(count.last).toString())
                                .toArray()));
    }
}
