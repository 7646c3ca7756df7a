package io.opsdeck.core.testing;

import static java.util.Objects.requireNonNull;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * One PostgreSQL server for the test run, a fresh empty database for each application context. The server is the one of
 * {@code DATABASE_URL}, whose login may create databases and roles, or an embedded one. The application gets a login
 * that is no superuser either way. Runs may share a server: the databases are named at random and dropped at the end.
 */
public final class TestDatabase {

    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final String RUN = "opsdeck_test_" + HexFormat.of().toHexDigits(new SecureRandom().nextInt());
    private static final String LOGIN = "opsdeck_test";
    private static final String PASSWORD = "opsdeck_test";

    /** The database of the server that is there before ours. */
    private static @Nullable Address server;

    private TestDatabase() {}

    /** Address, user and password of a new database, owned by that user. */
    public static synchronized Address fresh() {
        if (server == null) {
            server = start();
        }
        Address maintenance = server;
        String name = RUN + "_" + NUMBER.incrementAndGet();
        execute(maintenance, "create database " + name + " template template0 encoding 'UTF8'");
        return new Address(maintenance.urlOf(name), maintenance.user(), maintenance.password());
    }

    private static Address start() {
        String url = System.getenv("DATABASE_URL");
        return url == null || url.isBlank() ? startEmbedded() : external(url);
    }

    private static Address external(String url) {
        var external = new Address(url, environment("DATABASE_USER"), environment("DATABASE_PASSWORD"));
        SpringApplication.getShutdownHandlers().add(() -> {
            for (int number = 1; number <= NUMBER.get(); number++) {
                execute(external, "drop database if exists " + RUN + "_" + number + " with (force)");
            }
        });
        return external;
    }

    private static String environment(String name) {
        return requireNonNull(System.getenv(name), name + " belongs to DATABASE_URL");
    }

    private static Address startEmbedded() {
        try {
            var embedded = EmbeddedPostgres.builder()
                    .setRegisterShutdownHook(false)
                    .setPGStartupWait(Duration.ofSeconds(60))
                    .setServerConfig("max_connections", "120")
                    .start();
            SpringApplication.getShutdownHandlers().add(() -> {
                try {
                    embedded.close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            String url = "jdbc:postgresql://localhost:" + embedded.getPort() + "/postgres";
            execute(
                    new Address(url, "postgres", "postgres"),
                    "create role " + LOGIN + " login createdb createrole password '" + PASSWORD + "'");
            return new Address(url, LOGIN, PASSWORD);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void execute(Address address, String sql) {
        try (var connection = DriverManager.getConnection(address.url(), address.user(), address.password());
                var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Where a test database is. */
    public record Address(String url, String user, String password) {

        private static final Pattern DATABASE = Pattern.compile("(jdbc:postgresql://[^/]+)/[^?]*");

        private String urlOf(String database) {
            return DATABASE.matcher(url).replaceFirst("$1/" + database);
        }
    }

    /** Gives an application context a database of its own. */
    public static final class Initializer implements ApplicationContextInitializer<ConfigurableApplicationContext> {

        @Override
        public void initialize(ConfigurableApplicationContext context) {
            Address address = fresh();
            TestPropertyValues.of(
                            "db-scheduler.polling-interval=200ms",
                            "opsdeck.secret-key=" + "A".repeat(43) + "=",
                            "opsdeck.database.url=" + address.url(),
                            "opsdeck.database.user=" + address.user(),
                            "opsdeck.database.password=" + address.password())
                    .applyTo(context);
        }
    }
}
