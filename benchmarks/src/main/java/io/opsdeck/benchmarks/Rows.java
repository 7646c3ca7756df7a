package io.opsdeck.benchmarks;

import io.opsdeck.benchmarks.Opsdeck.WriteKey;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

/** What the database holds, seen by the login that owns it. */
final class Rows {

    private Rows() {}

    /** The events of a source. */
    static long stored(Connection owner, WriteKey key) throws SQLException {
        return count(owner, key, "");
    }

    /** The events of a source whose text was cleaned on the way. */
    static long sanitized(Connection owner, WriteKey key) throws SQLException {
        return count(owner, key, " and flags & 2 <> 0");
    }

    /** What the dictionary counts over all events and days. */
    static long volumes(Connection owner) throws SQLException {
        try (var statement = owner.createStatement();
                var row = statement.executeQuery("select coalesce(sum(count), 0) from analytics.event_volume")) {
            row.next();
            return row.getLong(1);
        }
    }

    /** The events that profiles know of. */
    static long followed(Connection owner) throws SQLException {
        try (var statement = owner.createStatement();
                var row = statement.executeQuery("select coalesce(sum(events), 0) from users.activity")) {
            row.next();
            return row.getLong(1);
        }
    }

    /** The first column of a query. */
    static Set<String> texts(Connection owner, String sql) throws SQLException {
        try (var statement = owner.createStatement();
                var rows = statement.executeQuery(sql)) {
            var texts = new HashSet<String>();
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
            return texts;
        }
    }

    private static long count(Connection owner, WriteKey key, String more) throws SQLException {
        try (var query = owner.prepareStatement("select count(*) from analytics.event where source_id = ?" + more)) {
            query.setObject(1, UUID.fromString(key.source()));
            try (var row = query.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }
}
