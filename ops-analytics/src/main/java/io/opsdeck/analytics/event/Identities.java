package io.opsdeck.analytics.event;

import static java.util.Objects.requireNonNull;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.opsdeck.core.id.Ids;
import java.sql.Array;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Turns identifiers into persons. A flush decides in memory, over what the cache and one query know. Before it writes
 * it locks the persons that its changes stand on and looks at them again: if another node merged or identified one of
 * them meanwhile, the flush is tried again with fresh knowledge. Persons are locked before identifiers and in the order
 * of their ids, so flushes of several nodes wait for each other and do not deadlock. A known identifier costs one probe
 * of the cache (about 200 bytes an entry); a minute is how long another node may still use a person that was merged,
 * which the alias log makes good, or that an identifier was taken from.
 */
final class Identities {

    private static final int MOST_CACHED = 300_000;
    private static final Duration CACHED = Duration.ofMinutes(1);

    private final Ids ids;
    private final Cache<Key, Person> cache = Caffeine.newBuilder()
            .maximumSize(MOST_CACHED)
            .expireAfterWrite(CACHED)
            .build();

    Identities(Ids ids) {
        this.ids = ids;
    }

    Flush begin() {
        return new Flush();
    }

    private record Key(UUID workspace, boolean user, String value) implements Comparable<Key> {

        private static final Comparator<Key> ORDER =
                Comparator.comparing(Key::workspace).thenComparing(Key::user).thenComparing(Key::value);

        @Override
        public int compareTo(Key other) {
            return ORDER.compare(this, other);
        }

        String kind() {
            return user ? "user" : "anonymous";
        }
    }

    private record Person(UUID id, boolean identified) {}

    /** A person within one flush. */
    private static final class Node {

        final UUID id;
        final UUID workspace;
        final boolean fresh;
        final long seenAt;
        final boolean wasIdentified;
        boolean identified;

        @Nullable
        Node mergedInto;

        Node(UUID id, UUID workspace, boolean fresh, long seenAt, boolean identified) {
            this.id = id;
            this.workspace = workspace;
            this.fresh = fresh;
            this.seenAt = seenAt;
            this.wasIdentified = identified;
            this.identified = identified;
        }

        Node root() {
            Node node = this;
            while (node.mergedInto != null) {
                node = node.mergedInto;
            }
            return node;
        }

        /** Ids are made in the order of time. */
        boolean isOlderThan(Node other) {
            int high = Long.compareUnsigned(id.getMostSignificantBits(), other.id.getMostSignificantBits());
            return high < 0
                    || (high == 0
                            && Long.compareUnsigned(id.getLeastSignificantBits(), other.id.getLeastSignificantBits())
                                    < 0);
        }
    }

    /** Another node changed what this flush built upon. */
    static final class StaleIdentityException extends Exception {
        private static final long serialVersionUID = 1L;
    }

    /** The identities of one transaction. */
    final class Flush {

        private final Map<Key, Node> byKey = new HashMap<>();
        private final Map<UUID, Node> byId = new HashMap<>();
        private final List<Node> created = new ArrayList<>();
        private final Map<Key, Node> added = new TreeMap<>();
        private final Map<Key, Node> moved = new TreeMap<>();
        private final Map<Key, Node> movedFrom = new HashMap<>();
        private final Set<Node> claimed = new LinkedHashSet<>();
        private final Set<Node> merged = new LinkedHashSet<>();

        /** Sets the person of each event, which are in the order of their arrival. */
        void resolve(Connection connection, List<TrackedEvent> events) throws SQLException, StaleIdentityException {
            load(connection, events);
            var nodes = new Node[events.size()];
            for (int i = 0; i < nodes.length; i++) {
                nodes[i] = person(events.get(i));
            }
            for (int i = 0; i < nodes.length; i++) {
                events.get(i).personId = nodes[i].root().id;
            }
            write(connection);
        }

        /** Call after the commit. */
        void keep() {
            byKey.forEach((key, node) -> cache.put(key, new Person(node.root().id, node.root().identified)));
        }

        /** Call before the flush is tried again. */
        void forget() {
            cache.invalidateAll(byKey.keySet());
        }

        private Node person(TrackedEvent event) {
            UUID workspace = event.source.workspace();
            Key user = event.userId == null ? null : new Key(workspace, true, event.userId);
            Key anonymous = event.anonymousId == null ? null : new Key(workspace, false, event.anonymousId);
            Node node = user == null ? anonymousPerson(anonymous, event) : knownPerson(user, anonymous, event);
            boolean alias = event.kind == TrackingCall.Kind.ALIAS && event.previousId != null;
            if (alias && find(new Key(workspace, true, String.valueOf(event.previousId))) == null) {
                link(new Key(workspace, false, String.valueOf(event.previousId)), node);
            }
            return node;
        }

        private Node anonymousPerson(@Nullable Key anonymous, TrackedEvent event) {
            if (anonymous == null) {
                throw new IllegalArgumentException("an event without identifiers");
            }
            Node node = find(anonymous);
            return node == null ? add(anonymous, create(event, false)) : node;
        }

        private Node knownPerson(Key user, @Nullable Key anonymous, TrackedEvent event) {
            Node node = find(user);
            if (node == null) {
                Node before = anonymous == null ? null : find(anonymous);
                if (before != null && !before.identified) {
                    claim(before);
                    node = before;
                } else {
                    node = create(event, true);
                }
                add(user, node);
            }
            if (anonymous != null) {
                link(anonymous, node);
            }
            return node.root();
        }

        /** The first link moves what was anonymous; who is identified is left, and the identifier changes sides. */
        private void link(Key anonymous, Node to) {
            Node target = to.root();
            Node from = find(anonymous);
            if (from == null) {
                add(anonymous, target);
            } else if (from == target) {
                return;
            } else if (!from.identified || !target.identified) {
                merge(from, target);
            } else if (added.containsKey(anonymous)) {
                add(anonymous, target);
            } else {
                byKey.put(anonymous, target);
                moved.put(anonymous, target);
                movedFrom.putIfAbsent(anonymous, from);
            }
        }

        private void merge(Node one, Node other) {
            Node survivor = one.isOlderThan(other) ? one : other;
            Node loser = survivor == one ? other : one;
            if (loser.identified && !survivor.identified) {
                claim(survivor);
            }
            loser.mergedInto = survivor;
            if (!loser.fresh) {
                merged.add(loser);
            }
        }

        private void claim(Node node) {
            node.identified = true;
            if (!node.fresh) {
                claimed.add(node);
            }
        }

        private Node create(TrackedEvent event, boolean identified) {
            var node = new Node(ids.next(), event.source.workspace(), true, event.receivedAt, identified);
            created.add(node);
            return node;
        }

        private Node add(Key key, Node node) {
            byKey.put(key, node);
            added.put(key, node);
            return node;
        }

        private @Nullable Node find(Key key) {
            Node node = byKey.get(key);
            return node == null ? null : node.root();
        }

        private void load(Connection connection, List<TrackedEvent> events) throws SQLException {
            var missing = new LinkedHashSet<Key>();
            for (TrackedEvent event : events) {
                UUID workspace = event.source.workspace();
                need(event.userId, workspace, true, missing);
                need(event.anonymousId, workspace, false, missing);
                if (event.kind == TrackingCall.Kind.ALIAS) {
                    need(event.previousId, workspace, true, missing);
                    need(event.previousId, workspace, false, missing);
                }
            }
            if (missing.isEmpty()) {
                return;
            }
            String sql = """
                    select i.workspace_id, i.kind = 'user', i.value, c.id, c.identified
                    from unnest(?::uuid[], ?::text[], ?::text[]) k (workspace_id, kind, value)
                    join analytics.identifier i using (workspace_id, kind, value)
                    join analytics.person p on p.id = i.person_id
                    join analytics.person c on c.id = coalesce(p.merged_into, p.id)
                    """;
            try (var statement = connection.prepareStatement(sql)) {
                setKeys(connection, statement, List.copyOf(missing));
                try (var rows = statement.executeQuery()) {
                    while (rows.next()) {
                        var key = new Key(rows.getObject(1, UUID.class), rows.getBoolean(2), rows.getString(3));
                        use(key, new Person(rows.getObject(4, UUID.class), rows.getBoolean(5)));
                    }
                }
            }
        }

        private void need(@Nullable String value, UUID workspace, boolean user, Set<Key> missing) {
            if (value == null) {
                return;
            }
            var key = new Key(workspace, user, value);
            if (byKey.containsKey(key) || missing.contains(key)) {
                return;
            }
            Person known = cache.getIfPresent(key);
            if (known == null) {
                missing.add(key);
            } else {
                use(key, known);
            }
        }

        private void use(Key key, Person person) {
            byKey.put(
                    key,
                    byId.computeIfAbsent(
                            person.id(), id -> new Node(id, key.workspace(), false, 0, person.identified())));
        }

        private void write(Connection connection) throws SQLException, StaleIdentityException {
            lock(connection);
            insertPersons(connection);
            insertIdentifiers(connection);
            if (!claimed.isEmpty()) {
                try (var statement = connection.prepareStatement(
                        "update analytics.person set identified = true where id = any(?)")) {
                    statement.setArray(1, idsOf(connection, claimed));
                    statement.executeUpdate();
                }
            }
            for (Node loser : merged) {
                writeMerge(connection, loser, loser.root());
            }
            for (var move : moved.entrySet()) {
                writeMove(connection, move.getKey(), move.getValue().root());
            }
        }

        /** Holds the stored persons that the changes touch, and sees that they are what was decided upon. */
        private void lock(Connection connection) throws SQLException, StaleIdentityException {
            var touched = new HashSet<Node>(claimed);
            for (Node loser : merged) {
                touched.add(loser);
                touched.add(loser.root());
            }
            added.values().forEach(node -> touched.add(node.root()));
            moved.values().forEach(node -> touched.add(node.root()));
            movedFrom.values().forEach(node -> touched.add(node.root()));
            touched.removeIf(node -> node.fresh);
            if (touched.isEmpty()) {
                return;
            }
            var sql = "select id, identified from analytics.person where id = any(?) and merged_into is null"
                    + " order by id for no key update";
            int unchanged = 0;
            try (var statement = connection.prepareStatement(sql)) {
                statement.setArray(1, idsOf(connection, touched));
                try (var rows = statement.executeQuery()) {
                    while (rows.next()) {
                        Node node = byId.get(rows.getObject(1, UUID.class));
                        if (node != null && node.wasIdentified == rows.getBoolean(2)) {
                            unchanged++;
                        }
                    }
                }
            }
            expect(touched.size(), unchanged);
        }

        private void insertPersons(Connection connection) throws SQLException {
            List<Node> kept =
                    created.stream().filter(node -> node.mergedInto == null).toList();
            if (kept.isEmpty()) {
                return;
            }
            var sql = "insert into analytics.person (id, workspace_id, identified, first_seen_at)"
                    + " select * from unnest(?::uuid[], ?::uuid[], ?::boolean[], ?::timestamptz[])";
            try (var statement = connection.prepareStatement(sql)) {
                statement.setArray(
                        1,
                        connection.createArrayOf(
                                "uuid", kept.stream().map(node -> node.id).toArray()));
                statement.setArray(
                        2,
                        connection.createArrayOf(
                                "uuid",
                                kept.stream().map(node -> node.workspace).toArray()));
                statement.setArray(
                        3,
                        connection.createArrayOf(
                                "boolean",
                                kept.stream().map(node -> node.identified).toArray()));
                statement.setArray(
                        4,
                        connection.createArrayOf(
                                "timestamptz",
                                kept.stream()
                                        .map(node -> Instant.ofEpochMilli(node.seenAt)
                                                .toString())
                                        .toArray()));
                statement.executeUpdate();
            }
        }

        private void insertIdentifiers(Connection connection) throws SQLException, StaleIdentityException {
            if (added.isEmpty()) {
                return;
            }
            List<Key> keys = List.copyOf(added.keySet());
            var sql = "insert into analytics.identifier (workspace_id, kind, value, person_id)"
                    + " select * from unnest(?::uuid[], ?::text[], ?::text[], ?::uuid[]) on conflict do nothing";
            try (var statement = connection.prepareStatement(sql)) {
                setKeys(connection, statement, keys);
                statement.setArray(
                        4,
                        connection.createArrayOf(
                                "uuid",
                                added.values().stream()
                                        .map(node -> node.root().id)
                                        .toArray()));
                expect(keys.size(), statement.executeUpdate());
            }
        }

        private void writeMerge(Connection connection, Node loser, Node survivor) throws SQLException {
            for (String sql : List.of(
                    "update analytics.person set merged_into = ? where id = ?",
                    "update analytics.person set merged_into = ? where merged_into = ?",
                    "update analytics.identifier set person_id = ? where person_id = ?")) {
                try (var statement = connection.prepareStatement(sql)) {
                    statement.setObject(1, survivor.id);
                    statement.setObject(2, loser.id);
                    statement.executeUpdate();
                }
            }
            try (var statement = connection.prepareStatement("insert into analytics.person_alias"
                    + " (workspace_id, person_id, canonical_id, at) values (?, ?, ?, now())")) {
                statement.setObject(1, loser.workspace);
                statement.setObject(2, loser.id);
                statement.setObject(3, survivor.id);
                statement.executeUpdate();
            }
        }

        private void writeMove(Connection connection, Key key, Node to) throws SQLException, StaleIdentityException {
            Node from = requireNonNull(movedFrom.get(key)).root();
            var sql = "update analytics.identifier set person_id = ?"
                    + " where workspace_id = ? and kind = ? and value = ? and person_id = ?";
            try (var statement = connection.prepareStatement(sql)) {
                statement.setObject(1, to.id);
                statement.setObject(2, key.workspace());
                statement.setString(3, key.kind());
                statement.setString(4, key.value());
                statement.setObject(5, from.id);
                expect(1, statement.executeUpdate());
            }
        }

        private static Array idsOf(Connection connection, Collection<Node> nodes) throws SQLException {
            return connection.createArrayOf(
                    "uuid", nodes.stream().map(node -> node.id).toArray());
        }

        private static void expect(int rows, int found) throws StaleIdentityException {
            if (rows != found) {
                throw new StaleIdentityException();
            }
        }

        private static void setKeys(Connection connection, java.sql.PreparedStatement statement, List<Key> keys)
                throws SQLException {
            statement.setArray(
                    1,
                    connection.createArrayOf(
                            "uuid", keys.stream().map(Key::workspace).toArray()));
            statement.setArray(
                    2,
                    connection.createArrayOf(
                            "text", keys.stream().map(Key::kind).toArray()));
            statement.setArray(
                    3,
                    connection.createArrayOf(
                            "text", keys.stream().map(Key::value).toArray()));
        }
    }
}
