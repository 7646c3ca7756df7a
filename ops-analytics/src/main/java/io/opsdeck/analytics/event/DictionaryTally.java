package io.opsdeck.analytics.event;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the flusher counts for the dictionary, used by its thread alone. Each flush notes its counts beside its events,
 * in plain rows of their own; once a second, or at once with a new name, a flush adds all that was noted to the
 * dictionary, because an upsert for each property of each flush costs more than the events themselves. What a killed
 * process had noted is added after the next start.
 */
final class DictionaryTally {

    private static final int MOST_EVENT_NAMES = 32_000;
    private static final int MOST_PROPERTY_NAMES = 2_000;
    private static final long ADD_EVERY_MILLIS = 1_000;

    private static final String ADD = """
            with taken as (
              delete from analytics.dictionary_tally returning *
            ), noted as (
              select t.* from taken t where exists (select from core.workspace w where w.id = t.workspace_id)
            ), names as (
              insert into analytics.event_definition as d (workspace_id, name, count, first_seen_at, last_seen_at)
              select n.workspace_id, n.event, sum(n.count), min(n.first_seen_at), max(n.last_seen_at)
              from noted n where n.property is null group by 1, 2 order by 1, 2
              on conflict (workspace_id, name) do update set count = d.count + excluded.count,
                first_seen_at = least(d.first_seen_at, excluded.first_seen_at),
                last_seen_at = greatest(d.last_seen_at, excluded.last_seen_at)
            ), volumes as (
              insert into analytics.event_volume as v (workspace_id, event, day, count)
              select n.workspace_id, n.event, (n.last_seen_at at time zone 'UTC')::date, sum(n.count)
              from noted n where n.property is null group by 1, 2, 3 order by 1, 2, 3
              on conflict (workspace_id, event, day) do update set count = v.count + excluded.count
            )
            insert into analytics.property_definition as d
              (workspace_id, event, name, types, count, first_seen_at, last_seen_at)
            select n.workspace_id, n.event, n.property, bit_or(n.types), sum(n.count), min(n.first_seen_at),
              max(n.last_seen_at)
            from noted n where n.property is not null group by 1, 2, 3 order by 1, 2, 3
            on conflict (workspace_id, event, name) do update set count = d.count + excluded.count,
              types = d.types | excluded.types,
              first_seen_at = least(d.first_seen_at, excluded.first_seen_at),
              last_seen_at = greatest(d.last_seen_at, excluded.last_seen_at)
            """;

    private final Map<UUID, Known> known = new HashMap<>();
    private boolean noted = true;
    private long addedAt;

    private static final class Known {
        final Set<String> names = new HashSet<>();
        final Set<String> properties = new HashSet<>();
        final Set<Key> pairs = new HashSet<>();
    }

    /** An event, or one of its properties. */
    private record Key(
            UUID workspace, String event, @Nullable String property) implements Comparable<Key> {

        private static final Comparator<Key> ORDER = Comparator.comparing(Key::workspace)
                .thenComparing(Key::event)
                .thenComparing(Key::property, Comparator.nullsFirst(Comparator.naturalOrder()));

        @Override
        public int compareTo(Key other) {
            return ORDER.compare(this, other);
        }
    }

    private static final class Count {
        int count;
        long first = Long.MAX_VALUE;
        long last;
        int types;

        void add(long at, int observed) {
            count++;
            first = Math.min(first, at);
            last = Math.max(last, at);
            types |= observed;
        }
    }

    boolean isDue(long now) {
        return noted && now - addedAt >= ADD_EVERY_MILLIS;
    }

    /** The next flush adds what was noted. */
    void hurry() {
        addedAt = 0;
    }

    Flush begin() {
        return new Flush();
    }

    /** The dictionary's part of one transaction. */
    final class Flush {

        private final Map<Key, Count> counts = new TreeMap<>();
        private final Map<UUID, Known> fresh = new HashMap<>();
        private long added;

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
            count(new Key(workspace, event.name, null), event.receivedAt, 0);
            for (int i = 0; i < event.propertyNames.length; i++) {
                var key = new Key(workspace, event.name, event.propertyNames[i]);
                count(key, event.receivedAt, event.propertyTypes[i]);
            }
        }

        private void count(Key key, long at, int types) {
            counts.computeIfAbsent(key, k -> new Count()).add(at, types);
        }

        void write(Connection connection, long now) throws SQLException {
            if (!counts.isEmpty()) {
                note(connection, counts);
            }
            boolean news = counts.keySet().stream().anyMatch(key -> !isKnown(key));
            if (!news && now - addedAt < ADD_EVERY_MILLIS) {
                return;
            }
            try (var statement = connection.prepareStatement(ADD)) {
                statement.executeUpdate();
            }
            added = now;
        }

        /** Call after the commit. */
        void keep() {
            if (added == 0) {
                noted |= !counts.isEmpty();
            } else {
                noted = false;
                addedAt = added;
            }
            for (Key key : counts.keySet()) {
                Known of = known(key.workspace());
                if (key.property() == null) {
                    of.names.add(key.event());
                } else {
                    of.properties.add(key.property());
                    of.pairs.add(key);
                }
            }
        }

        private Known known(UUID workspace) {
            return known.computeIfAbsent(workspace, id -> new Known());
        }

        private boolean isKnown(Key key) {
            Known of = known(key.workspace());
            return key.property() == null ? of.names.contains(key.event()) : of.pairs.contains(key);
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
                    known.pairs.add(new Key(workspace, rows.getString(1), rows.getString(2)));
                }
            }
        }
        return known;
    }

    private static void note(Connection connection, Map<Key, Count> counts) throws SQLException {
        int size = counts.size();
        var workspaces = new UUID[size];
        var events = new String[size];
        var properties = new @Nullable String[size];
        var types = new Short[size];
        var numbers = new Integer[size];
        var firsts = new String[size];
        var lasts = new String[size];
        int at = 0;
        for (var entry : counts.entrySet()) {
            Key key = entry.getKey();
            Count count = entry.getValue();
            workspaces[at] = key.workspace();
            events[at] = key.event();
            properties[at] = key.property();
            types[at] = (short) count.types;
            numbers[at] = count.count;
            firsts[at] = Instant.ofEpochMilli(count.first).toString();
            lasts[at] = Instant.ofEpochMilli(count.last).toString();
            at++;
        }
        try (PreparedStatement statement = connection.prepareStatement("""
                insert into analytics.dictionary_tally
                  (workspace_id, event, property, types, count, first_seen_at, last_seen_at)
                select * from unnest(?::uuid[], ?::text[], ?::text[], ?::smallint[], ?::int[], ?::timestamptz[],
                  ?::timestamptz[])
                """)) {
            statement.setArray(1, connection.createArrayOf("uuid", workspaces));
            statement.setArray(2, connection.createArrayOf("text", events));
            statement.setArray(3, connection.createArrayOf("text", properties));
            statement.setArray(4, connection.createArrayOf("smallint", types));
            statement.setArray(5, connection.createArrayOf("int", numbers));
            statement.setArray(6, connection.createArrayOf("timestamptz", firsts));
            statement.setArray(7, connection.createArrayOf("timestamptz", lasts));
            statement.executeUpdate();
        }
    }
}
