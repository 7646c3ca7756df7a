package io.opsdeck.core.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.time.Duration;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.flyway.autoconfigure.FlywayConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.DependsOn;
import org.springframework.context.annotation.Primary;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.util.StringUtils;

/**
 * One login, three roles. The pools change into their role when they connect; only the migrations keep the login's own
 * rights.
 */
@Configuration(proxyBeanMethods = false)
class DatabaseConfiguration {

    /** Plans made for one workspace must not be kept for another: see docs/adr/0002. */
    private static final String SESSION_OPTIONS = "-c plan_cache_mode=force_custom_plan";

    @Bean(destroyMethod = "close")
    @Conditional(NoAddressGiven.class)
    EmbeddedDatabase embeddedDatabase(@Value("${opsdeck.data-dir}") String home) {
        return EmbeddedDatabase.start(Path.of(home).toAbsolutePath().normalize());
    }

    @Bean
    DatabaseAddress databaseAddress(
            ObjectProvider<EmbeddedDatabase> embedded,
            @Value("${opsdeck.database.url:}") String url,
            @Value("${opsdeck.database.user:}") String user,
            @Value("${opsdeck.database.password:}") String password) {
        EmbeddedDatabase server = embedded.getIfAvailable();
        DatabaseAddress address = server == null ? new DatabaseAddress(url, user, password) : server.address();
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
    @Primary
    DataSource dataSource(DatabaseAddress address, @Value("${opsdeck.database.pool-size}") int size) {
        return pool(address, "app", size, "opsdeck_app", SESSION_OPTIONS);
    }

    /** Writes events; its tables have no plans that depend on the workspace, so cached plans are welcome. */
    @Bean(defaultCandidate = false)
    @DependsOn("flywayInitializer")
    DataSource intakeDataSource(DatabaseAddress address) {
        return pool(address, "intake", 3, "opsdeck_intake", "-c plan_cache_mode=auto");
    }

    private static HikariDataSource pool(
            DatabaseAddress address, String name, int size, String role, String sessionOptions) {
        var config = new HikariConfig();
        config.setPoolName(name);
        config.setJdbcUrl(address.url());
        config.setUsername(address.user());
        config.setPassword(address.password());
        config.setMaximumPoolSize(size);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(Duration.ofSeconds(5).toMillis());
        config.setConnectionInitSql("set role " + role);
        config.addDataSourceProperty("options", sessionOptions);
        config.addDataSourceProperty("ApplicationName", "opsdeck-" + name);
        config.addDataSourceProperty("socketTimeout", "60");
        config.addDataSourceProperty("connectTimeout", "5");
        config.setInitializationFailTimeout(Duration.ofSeconds(30).toMillis());
        return new HikariDataSource(config);
    }

    /** An empty address counts as none, which no condition of the framework says. */
    static class NoAddressGiven implements Condition {

        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return !StringUtils.hasText(context.getEnvironment().getProperty("opsdeck.database.url"));
        }
    }
}
