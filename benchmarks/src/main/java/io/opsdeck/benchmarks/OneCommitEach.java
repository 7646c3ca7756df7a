package io.opsdeck.benchmarks;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Random;
import java.util.UUID;

/**
 * What the intake is compared with: one transaction per event, into tables of the same columns and indexes on the same
 * server. In one statement, deduplication included, so one round trip and one commit per event; without HTTP, JSON,
 * persons, counters or dictionary, which the product does on top.
 */
final class OneCommitEach {

    private static final String INSERT = """
            with new as (
              insert into benchmark.seen (source_id, hash, day) values (?, ?, current_date)
              on conflict do nothing returning hash
            )
            insert into benchmark.event (workspace_id, source_id, message_id, person_id, user_id, type, name, at,
                                         received_at, flags, props, context)
            select ?, ?, ?, ?, ?, 'track', ?, ?, now(), 0, ?::jsonb, ?::jsonb from new
            """;

    private static final UUID SOURCE = UUID.randomUUID();
    private static final String CONTEXT =
            "{\"library\":{\"name\":\"benchmark\",\"version\":\"1\"},\"locale\":\"zh-CN\"}";
    private static final String PROPERTIES =
            "{\"country\":\"CN\",\"channel\":\"search\",\"device\":\"ios\",\"plan\":\"pro\",\"revenue\":%d}";

    private OneCommitEach() {}

    static void createTables(Connection owner) throws SQLException {
        try (var statement = owner.createStatement()) {
            statement.execute("create schema benchmark");
            statement.execute("create table benchmark.event (like analytics.event including all)");
            statement.execute("create table benchmark.seen (like analytics.seen including all)");
        }
    }

    /** How a connection is opened. */
    interface Connect {
        Connection open() throws SQLException;
    }

    /** How many connections are tried; the best counts, since the server groups commits too. */
    static int[] connections(Settings settings) {
        return settings.tiny() ? new int[] {4} : new int[] {8, 16, 40};
    }

    static Load.Result run(Connect connect, int connections, Duration length) throws Exception {
        var open = new ArrayList<Connection>();
        try {
            for (int i = 0; i < connections; i++) {
                open.add(connect.open());
            }
            return Load.run(connections, length.dividedBy(4), length, number -> client(open.get(number)));
        } finally {
            for (Connection connection : open) {
                connection.close();
            }
        }
    }

    private static Load.Client client(Connection connection) throws SQLException {
        PreparedStatement insert = connection.prepareStatement(INSERT);
        var random = new Random();
        return () -> {
            UUID message = UUID.randomUUID();
            insert.setObject(1, SOURCE);
            insert.setObject(2, message);
            insert.setObject(3, SOURCE);
            insert.setObject(4, SOURCE);
            insert.setString(5, message.toString());
            insert.setObject(6, SOURCE);
            insert.setString(7, "user-" + random.nextInt(50_000));
            insert.setString(8, "Shop Event " + random.nextInt(20));
            insert.setTimestamp(9, new Timestamp(System.currentTimeMillis()));
            insert.setString(10, PROPERTIES.formatted(random.nextInt(1000)));
            insert.setString(11, CONTEXT);
            return insert.executeUpdate();
        };
    }
}
