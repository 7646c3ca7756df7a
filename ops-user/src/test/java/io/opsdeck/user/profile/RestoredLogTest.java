package io.opsdeck.user.profile;

import static org.assertj.core.api.Assertions.assertThat;

import io.opsdeck.analytics.event.LogReader;
import io.opsdeck.analytics.store.TraitLog;
import io.opsdeck.core.command.Commands;
import io.opsdeck.core.testing.TestDatabase;
import io.opsdeck.core.testing.TestDatabase.Address;
import io.opsdeck.user.testing.UserApplication;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;

/** A backup is taken while a reader of the logs is somewhere in the middle; the restored database goes on from there. */
class RestoredLogTest {

    private static final String PROFILES = "select p.id || ' ' || p.traits || ' ' || a.events || ' ' || a.last_seen_at"
            + " || ' ' || coalesce(p.user_id, '-') from users.profile p join users.activity a on a.profile_id = p.id order by 1";

    private final ByteArrayOutputStream said = new ByteArrayOutputStream();

    @TempDir
    Path folder;

    @Test
    void aFollowerGoesOnWhereTheBackupWasTaken() throws Exception {
        Address source = TestDatabase.fresh();
        Address target = TestDatabase.fresh();
        try (var context = start(source)) {
            // Far from the transactions of a new server, so that old ids would not do there.
            execute(source, "do $$ begin for i in 1..3000 loop perform pg_current_xact_id(); commit; end loop; end $$");
            ProfileFollower follower = halted(context);
            var shop = new Shop(context);
            send(shop, 0, 40);
            // Two transactions that end in another order than their rows were numbered.
            execute(
                    source,
                    "insert into analytics.person_alias (tx, seq, workspace_id, person_id, canonical_id, at)"
                            + " overriding system value select pg_current_xact_id(), 900000, workspace_id, gen_random_uuid(),"
                            + " gen_random_uuid(), now() from analytics.source limit 1");
            while (follower.follow(7) && !someFollowed(source)) {
                // Until the cursor stands in the middle.
            }
            send(shop, 40, 60);
            execute(
                    source,
                    "insert into analytics.person_traits values (gen_random_uuid(), (select workspace_id from"
                            + " analytics.source limit 1), pg_current_xact_id(), 900000, '{}', false)");
            run("backup", source, "--to=" + folder.resolve("log.zip"));
            long followed = followed(source);
            assertThat(followed).isBetween(1L, 59L);
            drain(follower);
        }
        run("restore", target, "--from=" + folder.resolve("log.zip"));

        assertThat(list(target, "select max(tx::text::bigint)::text from analytics.event"))
                .containsExactly("1");
        assertThat(list(target, "select max(tx::text::bigint)::text from analytics.person_traits"))
                .containsExactly("0");
        assertThat(list(target, "select id::text from analytics.log_epoch"))
                .hasSize(1)
                .isNotEqualTo(list(source, "select id::text from analytics.log_epoch"));
        assertThat(list(target, PROFILES)).isNotEqualTo(list(source, PROFILES));
        try (var context = start(target)) {
            drain(halted(context));
            assertThat(list(target, PROFILES)).isEqualTo(list(source, PROFILES)).isNotEmpty();
            assertThat(list(target, "select profiles || ' ' || identified from users.profile_count"))
                    .isEqualTo(list(source, "select profiles || ' ' || identified from users.profile_count"));
            // New events are behind all restored ones, and are followed too.
            var shop = new Shop(context);
            shop.identify("late", "2026-03-02T00:00:00Z", "{'plan':'pro'}");
            drain(halted(context));
            assertThat(list(target, "select user_id from users.profile where user_id = 'late'"))
                    .containsExactly("late");
        }
    }

    @Test
    void everyTransactionIdOfTheSchemaSaysWhatABackupMakesOfIt() throws Exception {
        Address address = TestDatabase.fresh();
        start(address).close();
        assertThat(list(address, """
                        select c.oid::regclass || '.' || a.attname from pg_attribute a join pg_class c on c.oid = a.attrelid
                        join pg_namespace n on n.oid = c.relnamespace
                        where a.atttypid = 'xid8'::regtype and c.relkind in ('r', 'p') and not c.relispartition
                          and n.nspname in ('core', 'analytics', 'users', 'content', 'campaign')
                          and coalesce(col_description(c.oid, a.attnum), '') !~ '^backup: (log|cursor of \\S+ with \\S+)$'
                        """))
                .as("comment on column … is 'backup: …'; see io.opsdeck.core.backup.Catalog")
                .isEmpty();
    }

    private static void send(Shop shop, int from, int to) {
        for (int i = from; i < to; i++) {
            shop.identify("u" + i % 9, "2026-03-01T00:00:" + (10 + i % 50) + "Z", "{'n':" + i + "}");
        }
    }

    /** The one of the context is stopped, so that the test says how far the cursor goes. */
    private static ProfileFollower halted(ConfigurableApplicationContext context) {
        context.getBean(ProfileFollower.class).stop();
        return new ProfileFollower(
                context.getBean(LogReader.class),
                context.getBean(TraitLog.class),
                context.getBean(ProfileNews.class),
                context.getBean(JdbcClient.class),
                context.getBean(PlatformTransactionManager.class));
    }

    private static void drain(ProfileFollower follower) {
        while (follower.follow(11)) {
            // More is there at once.
        }
    }

    private static boolean someFollowed(Address address) throws SQLException {
        return followed(address) >= 20;
    }

    private static long followed(Address address) throws SQLException {
        return Long.parseLong(list(address, "select coalesce(sum(events), 0)::text from users.activity")
                .get(0));
    }

    private static ConfigurableApplicationContext start(Address address) {
        return new SpringApplicationBuilder(UserApplication.class)
                .web(WebApplicationType.NONE)
                .run(settings(address).toArray(String[]::new));
    }

    private void run(String command, Address address, String option) {
        var arguments = new ArrayList<>(List.of(command, option));
        arguments.addAll(settings(address));
        var print = new PrintStream(said, true, StandardCharsets.UTF_8);
        assertThat(Commands.run(arguments.toArray(String[]::new), print, print))
                .as(() -> said.toString(StandardCharsets.UTF_8))
                .isZero();
    }

    private static List<String> settings(Address address) {
        return List.of(
                "--spring.config.import=classpath:opsdeck-core.properties",
                "--opsdeck.data-dir=target/restored-log",
                "--opsdeck.secret-key=" + "A".repeat(43) + "=",
                "--opsdeck.database.url=" + address.url(),
                "--opsdeck.database.user=" + address.user(),
                "--opsdeck.database.password=" + address.password());
    }

    private static List<String> list(Address address, String sql) throws SQLException {
        try (var connection = connect(address);
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            var list = new ArrayList<String>();
            while (rows.next()) {
                list.add(rows.getString(1));
            }
            return list;
        }
    }

    private static void execute(Address address, String sql) throws SQLException {
        try (var connection = connect(address);
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static Connection connect(Address address) throws SQLException {
        return DriverManager.getConnection(address.url(), address.user(), address.password());
    }
}
