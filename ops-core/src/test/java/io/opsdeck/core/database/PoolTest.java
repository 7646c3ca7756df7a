package io.opsdeck.core.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import io.opsdeck.core.testing.TestDatabase;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PoolTest {

    @AfterEach
    void waitAgain() {
        Patience.unlimited();
    }

    @Test
    void aSilentDatabaseIsWaitedForAsLongAsTheThreadHasPatience() throws SQLException {
        try (Pool pool = pool()) {
            sleep(pool, "0");

            Patience.limit(Duration.ofMillis(300));
            assertThatThrownBy(() -> sleep(pool, "2"))
                    .matches(Outage::isCauseOf)
                    .hasRootCauseInstanceOf(SocketTimeoutException.class);
            sleep(pool, "0");

            Patience.unlimited();
            sleep(pool, "0.8");
            assertThat(pool.getHikariPoolMXBean().getTotalConnections()).isEqualTo(1);
        }
    }

    private static void sleep(Pool pool, String seconds) throws SQLException {
        try (var connection = pool.getConnection();
                var statement = connection.createStatement()) {
            statement.execute("select pg_sleep(" + seconds + ")");
        }
    }

    private static Pool pool() {
        TestDatabase.Address address = TestDatabase.fresh();
        var config = new HikariConfig();
        config.setJdbcUrl(address.url());
        config.setUsername(address.user());
        config.setPassword(address.password());
        config.setMaximumPoolSize(1);
        return new Pool(config);
    }
}
