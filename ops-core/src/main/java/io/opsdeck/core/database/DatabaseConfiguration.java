package io.opsdeck.core.database;

import com.zaxxer.hikari.HikariConfig;
import java.time.Duration;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.flyway.autoconfigure.FlywayConnectionDetails;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.DependsOn;
import org.springframework.context.annotation.Primary;

/**
 * One login, three roles. The pools change into their role when they connect; only the migrations keep the login's own
 * rights.
 */
@Configuration(proxyBeanMethods = false)
class DatabaseConfiguration {

    /** Plans made for one workspace must not be kept for another: see docs/adr/0002. */
    private static final String SESSION_OPTIONS = "-c plan_cache_mode=force_custom_plan";

    /** A connection is given or refused within this and one check of an old one. */
    private static final Duration LONGEST_CONNECT = Duration.ofSeconds(5);

    private static final Duration LONGEST_CHECK = Duration.ofSeconds(2);

    /** Jobs have statements that work for long without a word; requests set a shorter limit by {@link Patience}. */
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(60);

    /** Nobody waits longer for his events to be stored. */
    private static final Duration LONGEST_INTAKE_SILENCE = Duration.ofSeconds(30);

    @Bean
    DatabaseAddress databaseAddress(
            ObjectProvider<EmbeddedDatabaseStart> embedded,
            @Value("${opsdeck.database.url:}") String url,
            @Value("${opsdeck.database.user:}") String user,
            @Value("${opsdeck.database.password:}") String password) {
        EmbeddedDatabaseStart start = embedded.getIfAvailable();
        DatabaseAddress address = start == null ? new DatabaseAddress(url, user, password) : start.address();
        DatabaseRoles.prepare(address);
        return address;
    }

    @Bean
    FlywayConnectionDetails migrationLogin(DatabaseAddress address) {
        return new FlywayConnectionDetails() {
            @Override
            public String getJdbcUrl() {
                return address.url();
            }

            @Override
            public String getUsername() {
                return address.user();
            }

            @Override
            public String getPassword() {
                return address.password();
            }
        };
    }

    @Bean
    FlywayMigrationStrategy migrationStrategy() {
        return Migrations::bringUp;
    }

    @Bean
    @Primary
    DataSource dataSource(DatabaseAddress address, @Value("${opsdeck.database.pool-size}") int size) {
        return pool(address, "app", size, "opsdeck_app", SESSION_OPTIONS, LONGEST_SILENCE);
    }

    /** Writes events; its tables have no plans that depend on the workspace, so cached plans are welcome. */
    @Bean(defaultCandidate = false)
    @DependsOn("flywayInitializer")
    DataSource intakeDataSource(DatabaseAddress address) {
        return pool(address, "intake", 3, "opsdeck_intake", "-c plan_cache_mode=auto", LONGEST_INTAKE_SILENCE);
    }

    private static Pool pool(
            DatabaseAddress address, String name, int size, String role, String sessionOptions, Duration silence) {
        var config = new HikariConfig();
        config.setPoolName(name);
        config.setJdbcUrl(address.url());
        config.setUsername(address.user());
        config.setPassword(address.password());
        config.setMaximumPoolSize(size);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(LONGEST_CONNECT.toMillis());
        config.setValidationTimeout(LONGEST_CHECK.toMillis());
        config.setConnectionInitSql("set role " + role);
        config.addDataSourceProperty("options", sessionOptions);
        config.addDataSourceProperty("ApplicationName", "opsdeck-" + name);
        config.addDataSourceProperty("socketTimeout", String.valueOf(silence.toSeconds()));
        config.addDataSourceProperty("connectTimeout", String.valueOf(LONGEST_CONNECT.toSeconds()));
        config.addDataSourceProperty("loginTimeout", String.valueOf(LONGEST_CONNECT.toSeconds()));
        config.addDataSourceProperty("tcpKeepAlive", "true");
        config.setInitializationFailTimeout(Duration.ofSeconds(30).toMillis());
        return new Pool(config);
    }
}
