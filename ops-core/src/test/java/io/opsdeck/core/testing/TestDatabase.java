package io.opsdeck.core.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * One PostgreSQL server for the test run, a fresh empty database for each application context. The server is the one of
 * {@code OPSDECK_TEST_DATABASE_URL} (an address without database name, whose login may create databases and roles) or an
 * embedded one. The application gets a login that is no superuser, as with an external database.
 */
public final class TestDatabase {

    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final String LOGIN = "opsdeck_test";
    private static final String PASSWORD = "opsdeck_test";

    private static @Nullable String base;

    private TestDatabase() {}

    /** Address, user and password of a new database owned by a login of its own. */
    public static synchronized Address fresh() {
        String server = base == null ? start() : base;
        base = server;
        String name = "t" + ProcessHandle.current().pid() + "_" + NUMBER.incrementAndGet();
        try (var connection = DriverManager.getConnection(server + "postgres", LOGIN, PASSWORD);
                var statement = connection.createStatement()) {
            statement.execute("create database " + name);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return new Address(server + name, LOGIN, PASSWORD);
    }

    private static String start() {
        String given = System.getenv("OPSDECK_TEST_DATABASE_URL");
        if (given != null && !given.isBlank()) {
            return given.endsWith("/") ? given : given + "/";
        }
        try {
            var server = EmbeddedPostgres.builder()
                    .setRegisterShutdownHook(false)
                    .setPGStartupWait(Duration.ofSeconds(60))
                    .setServerConfig("max_connections", "120")
                    .start();
            SpringApplication.getShutdownHandlers().add(() -> {
                try {
                    server.close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            try (var connection = server.getPostgresDatabase().getConnection();
                    var statement = connection.createStatement()) {
                statement.execute("create role " + LOGIN + " login createdb createrole password '" + PASSWORD + "'");
            }
            return "jdbc:postgresql://localhost:" + server.getPort() + "/";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Where a test database is. */
    public record Address(String url, String user, String password) {}

    /** Gives an application context a database of its own. */
    public static final class Initializer implements ApplicationContextInitializer<ConfigurableApplicationContext> {

        @Override
        public void initialize(ConfigurableApplicationContext context) {
            Address address = fresh();
            TestPropertyValues.of(
                            "db-scheduler.polling-interval=200ms",
                            "opsdeck.database.url=" + address.url(),
                            "opsdeck.database.user=" + address.user(),
                            "opsdeck.database.password=" + address.password())
                    .applyTo(context);
        }
    }
}
