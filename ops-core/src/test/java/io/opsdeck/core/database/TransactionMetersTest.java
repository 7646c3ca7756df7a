package io.opsdeck.core.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opsdeck.core.testing.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

class TransactionMetersTest {

    private final TestDatabase.Address address = TestDatabase.fresh();
    private final JdbcClient jdbc =
            JdbcClient.create(new DriverManagerDataSource(address.url(), address.user(), address.password()));
    private final Watch watch = new Watch();
    private final TransactionMeters transactions = new TransactionMeters(jdbc, watch);
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    /** Goes on when told. */
    private static final class Watch extends Clock {

        private Instant now = Instant.EPOCH;

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    @Test
    void anOpenTransactionAgesUntilItEnds() throws SQLException {
        transactions.bindTo(meters);
        assertThat(age()).isNaN();
        String url = address.url();
        try (Connection open = DriverManager.getConnection(url, address.user(), address.password())) {
            open.setAutoCommit(false);
            String mine;
            try (var rows = open.createStatement().executeQuery("select pg_current_xact_id()::text")) {
                rows.next();
                mine = rows.getString(1);
            }
            await().until(() -> isHoldingBack(mine));
            transactions.sample();
            assertThat(age()).isZero();

            watch.now = watch.now.plus(Duration.ofSeconds(30));
            transactions.sample();
            assertThat(age()).isEqualTo(30);
            open.rollback();
        }
        transactions.sample();
        assertThat(age()).isZero();
    }

    /** A transaction that ended after it began is not seen by the readers of the log yet. */
    private boolean isHoldingBack(String mine) {
        jdbc.sql("select pg_current_xact_id()::text").query(String.class).single();
        return jdbc.sql("select pg_snapshot_xmin(s)::text = ? and pg_snapshot_xmax(s) > pg_snapshot_xmin(s)"
                        + " from pg_current_snapshot() s")
                .param(mine)
                .query(Boolean.class)
                .single();
    }

    private double age() {
        return meters.get("opsdeck.db.oldest.xmin.age").gauge().value();
    }
}
