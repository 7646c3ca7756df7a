package io.opsdeck.benchmarks;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;

/**
 * Rows as a large workspace has them, made inside the database: a profile of skewed activity per
 * person, events in order of arrival over two months under names of which a few make up most, and what lists show
 * beside them.
 */
final class Filling {

    private static final int CHUNK = 250_000;

    /** Partitions begin with the month before last. */
    private static final int DAYS = 59;

    /** Person k has this id in every table. */
    private static final String PERSON = "md5('person ' || k)::uuid";

    private final Connection owner;
    private final UUID workspace;
    private final UUID source;

    Filling(Connection owner, UUID workspace, UUID source) {
        this.owner = owner;
        this.workspace = workspace;
        this.source = source;
    }

    void fill(long profiles, long events) throws SQLException {
        // Whoever follows the log would begin to work on all these events; it is told that it has read them.
        execute("update users.log_cursor set event_tx = '9223372036854775807'");
        profiles(profiles);
        events(profiles, events);
        dictionary(events);
        others(Math.max(100, events / 100));
        execute("update users.log_cursor set event_tx = pg_current_xact_id(), event_seq = 0");
        for (String table : List.of(
                "analytics.event",
                "analytics.person",
                "analytics.identifier",
                "analytics.quarantine",
                "users.profile",
                "users.trait_stamp",
                "users.activity",
                "core.audit_entry")) {
            execute("vacuum analyze " + table);
        }
    }

    private void profiles(long profiles) throws SQLException {
        for (long from = 0; from < profiles; from += CHUNK) {
            String range = " from generate_series(%d, %d) k".formatted(from, Math.min(profiles, from + CHUNK) - 1);
            execute("insert into analytics.person (id, workspace_id, identified, first_seen_at) select " + PERSON
                    + ", '" + workspace + "', true, now() - k % 400 * interval '1 day'" + range);
            execute("insert into analytics.identifier (workspace_id, kind, value, person_id) select '" + workspace
                    + "', 'user', 'user-' || k, " + PERSON + range);
            execute("insert into users.profile (id, workspace_id, user_id, user_id_since, name, email, phone, traits,"
                    + " first_seen_at) select " + PERSON + ", '" + workspace + "', 'user-' || k, now(),"
                    + " (array['王伟','李娜','Ada Stone','张敏','Bo Lindqvist','刘洋','Carla Neri','陈静'])[k % 8 + 1] || ' ' || k,"
                    + " 'user-' || k || '@example.com', '+86138' || lpad(k::text, 8, '0'),"
                    + " jsonb_build_object('plan', (array['free','pro','team'])[k % 3 + 1], 'city',"
                    + " (array['上海','北京','Berlin','Lagos','São Paulo'])[k % 5 + 1], 'age', 18 + k % 60),"
                    + " now() - k % 400 * interval '1 day'" + range);
            execute("insert into users.trait_stamp (profile_id, workspace_id, stamps) select " + PERSON + ", '"
                    + workspace + "', jsonb_build_object('plan', stamp, 'city', stamp, 'age', stamp)" + range
                    + ", lateral (select jsonb_build_array(1760000000000 + k, k) as stamp) s");
            execute("insert into users.activity (profile_id, workspace_id, last_seen_at, events) select " + PERSON
                    + ", '" + workspace + "', now() - (k * 7919::bigint % 10000000) * interval '1 second', 1 + k % 40"
                    + range);
        }
    }

    private void events(long profiles, long events) throws SQLException {
        for (long from = 0; from < events; from += CHUNK) {
            long until = Math.min(events, from + CHUNK);
            execute(
                    ("insert into analytics.event (workspace_id, source_id, message_id, person_id, user_id, type, name, at,"
                                    + " received_at, flags, props, context)"
                                    + " select '%s', '%s', 'fill-' || i, %s, 'user-' || k, 'track',"
                                    + " case when i %% 100000 = 5 then 'Rare Event' else 'Shop Event ' || (power(random(), 2.3) * 40)::int end,"
                                    + " t, t, 0, jsonb_build_object('country', (array['CN','US','DE','JP'])[i %% 4 + 1], 'channel',"
                                    + " (array['search','social','mail'])[i %% 3 + 1], 'revenue', (random() * 1000)::int, 'order_id',"
                                    + " 'o-' || i), '{\"library\": {\"name\": \"fill\"}, \"locale\": \"zh-CN\"}'"
                                    + " from generate_series(%d, %d) i,"
                                    + " lateral (select (power(random() + i * 0, 2) * %d)::bigint as k,"
                                    + " now() - (%d - i) * (interval '%d days' / %d) as t) p order by i")
                            .formatted(workspace, source, PERSON, from, until - 1, profiles - 1, events, DAYS, events));
        }
    }

    private void dictionary(long events) throws SQLException {
        execute("insert into analytics.event_definition (workspace_id, name, count, first_seen_at, last_seen_at)"
                + " select '" + workspace + "', 'Shop Event ' || n, " + events / 300
                + ", now() - interval '60 days', now()"
                + " from generate_series(0, 299) n on conflict do nothing");
        execute("insert into analytics.property_definition (workspace_id, event, name, types, count, first_seen_at,"
                + " last_seen_at) select '" + workspace + "', 'Shop Event ' || n, 'property_' || p, 1, 10, now(), now()"
                + " from generate_series(0, 299) n, generate_series(1, 12) p on conflict do nothing");
        execute("insert into analytics.event_volume (workspace_id, event, day, count) select '" + workspace
                + "', 'Shop Event ' || n, current_date - d, 1000 from generate_series(0, 299) n, generate_series(0, 89) d"
                + " on conflict do nothing");
    }

    private void others(long rows) throws SQLException {
        execute("insert into analytics.quarantine (id, workspace_id, source_id, message_id, call, raw, reason, pointer,"
                + " received_at) select gen_random_uuid(), '" + workspace + "', '" + source + "', 'bad-' || i, 'batch',"
                + " '{\"type\":\"track\",\"userId\":\"u\"}', 'EVENT_NAME_MISSING', '/batch/0/event',"
                + " now() - i * interval '1 second' from generate_series(1, " + rows + ") i");
        execute("insert into core.audit_entry (id, workspace_id, at, actor_kind, actor_name, action, object_type,"
                + " object_id, object_name, before, after) select gen_random_uuid(), '" + workspace
                + "', now() - i * interval '1 minute', 'MEMBER', 'Benchmark', 'source.created', 'source', i::text,"
                + " 'Source ' || i, '{}', '{}' from generate_series(1, " + rows + ") i");
    }

    private void execute(String sql) throws SQLException {
        try (var statement = owner.createStatement()) {
            statement.execute(sql);
        }
    }
}
