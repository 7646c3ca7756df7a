package io.opsdeck.core.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opsdeck.core.testing.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MigrationsTest {

    /** Before the migration that comments on the table of sessions. */
    private static final String EARLIER = "202611230150";

    private DatabaseAddress address = new DatabaseAddress("", "", "");

    @BeforeEach
    void openDatabase() {
        TestDatabase.Address fresh = TestDatabase.fresh();
        address = new DatabaseAddress(fresh.url(), fresh.user(), fresh.password());
        DatabaseRoles.prepare(address);
    }

    @Test
    void aDatabaseIsBroughtUpAndThenLeftAlone() {
        var migrations = new Migrations(address);
        assertThat(migrations.version()).isEqualTo("none");
        migrations.migrate(EARLIER);
        assertThat(migrations.version()).isEqualTo(EARLIER);
        assertThat(migrations.migrate()).isPositive();
        assertThat(migrations.migrate()).isZero();
        var known = migrations.known();
        assertThat(migrations.version()).isEqualTo(known.get(known.size() - 1).version());
    }

    @Test
    void theSchemaOfALaterVersionIsRefusedWithOneSentence() throws SQLException {
        var migrations = new Migrations(address);
        migrations.migrate();
        execute("insert into public.flyway_schema_history select 9999, '209901010000', 'later', 'SQL', 'later.sql', 1,"
                + " installed_by, now(), 1, true from public.flyway_schema_history limit 1");
        assertThatThrownBy(migrations::migrate)
                .isInstanceOf(DatabaseUnusableException.class)
                .hasMessageContaining("later Opsdeck (209901010000)");
    }

    /** F-32. */
    @Test
    void aLockThatIsHeldLongerThanFiveSecondsIsWaitedForAgain() throws Exception {
        var migrations = new Migrations(address);
        migrations.migrate(EARLIER);
        try (Connection other = connect()) {
            other.setAutoCommit(false);
            try (var statement = other.createStatement()) {
                statement.execute("lock table core.spring_session in access exclusive mode");
            }
            CompletableFuture<Integer> applied = CompletableFuture.supplyAsync(migrations::migrate);
            Thread.sleep(6_000);
            assertThat(applied).isNotDone();
            other.rollback();
            assertThat(applied.get(60, TimeUnit.SECONDS)).isPositive();
        }
    }

    private void execute(String sql) throws SQLException {
        try (var connection = connect();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(address.url(), address.user(), address.password());
    }
}
