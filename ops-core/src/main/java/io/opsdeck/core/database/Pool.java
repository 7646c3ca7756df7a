package io.opsdeck.core.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/** A pool whose connections have the patience of the thread that takes them; given back, they have the pool's again. */
final class Pool extends HikariDataSource {

    Pool(HikariConfig config) {
        super(config);
    }

    @Override
    public Connection getConnection() throws SQLException {
        Connection connection = super.getConnection();
        Optional<Duration> limit = Patience.limit();
        if (limit.isEmpty()) {
            return connection;
        }
        try {
            connection.setNetworkTimeout(Runnable::run, (int) limit.get().toMillis());
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }
}
