package io.opsdeck.core.database;

import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.database.postgresql.PostgreSQLConfigurationExtension;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The versions of the schema: what this program knows, what a database has, and how one becomes the other. A migration
 * waits five seconds for a lock at most, so that one that meets a long query does not make everybody else wait behind
 * it; it is tried again some times.
 */
public final class Migrations {

    /** Where Flyway notes what was applied. */
    public static final String HISTORY = "public.flyway_schema_history";

    static final String LOCK_TIMEOUT = "set lock_timeout = '5s'";

    private static final Logger log = LoggerFactory.getLogger(Migrations.class);
    private static final String LATEST = "latest";
    private static final String LOCK_NOT_AVAILABLE = "55P03";
    private static final int TRIES = 5;
    private static final long PAUSE_MILLIS = 2_000;

    private final DatabaseAddress address;

    public Migrations(DatabaseAddress address) {
        this.address = address;
    }

    /** One step; the checksum tells two files of the same version apart. */
    public record Step(String version, int checksum) {}

    /** All that this program has, in their order. */
    public List<Step> known() {
        return Arrays.stream(flyway(LATEST).info().all())
                .filter(each -> each.isVersioned() && each.getState().isResolved() && each.getChecksum() != null)
                .map(each -> new Step(each.getVersion().getVersion(), each.getChecksum()))
                .toList();
    }

    /** Brings the database up to that version, and no further. */
    public void migrate(String version) {
        bringUp(flyway(version));
    }

    /**
     * Brings the database up to the latest version.
     *
     * @return how many steps were applied
     * @throws DatabaseUnusableException where the database is of a later version of Opsdeck
     */
    public int migrate() {
        return bringUp(flyway(LATEST));
    }

    /** The version of the database's schema; "none" where there is none yet. */
    public String version() {
        MigrationInfo current = flyway(LATEST).info().current();
        return current == null ? "none" : current.getVersion().getVersion();
    }

    static int bringUp(Flyway flyway) {
        refuseLater(flyway);
        for (int attempt = 1; ; attempt++) {
            try {
                return flyway.migrate().migrationsExecuted;
            } catch (FlywayException e) {
                if (!isLocked(e)) {
                    throw e;
                }
                if (attempt == TRIES) {
                    throw new DatabaseUnusableException(
                            "The schema could not be changed: something else holds a lock on it. Stop long queries and"
                                    + " other nodes, then start again.",
                            e);
                }
                log.warn("A migration did not get its lock within five seconds and is tried again");
                pause();
            }
        }
    }

    private static void refuseLater(Flyway flyway) {
        Arrays.stream(flyway.info().applied())
                .filter(each -> each.isVersioned() && !each.getState().isResolved())
                .findFirst()
                .ifPresent(later -> {
                    throw new DatabaseUnusableException("The database has the schema of a later Opsdeck ("
                            + later.getVersion() + "), which this version does not know. Start that version or a newer"
                            + " one, or restore the backup from before the upgrade.");
                });
    }

    private static boolean isLocked(Throwable failure) {
        int depth = 0;
        for (@Nullable Throwable each = failure; each != null && depth < 20; each = each.getCause()) {
            if (each instanceof SQLException sql && LOCK_NOT_AVAILABLE.equals(sql.getSQLState())) {
                return true;
            }
            depth++;
        }
        return false;
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DatabaseUnusableException("The start was interrupted while it waited for a lock.", e);
        }
    }

    private Flyway flyway(String target) {
        FluentConfiguration configuration = Flyway.configure(
                        Thread.currentThread().getContextClassLoader())
                .dataSource(address.url(), address.user(), address.password())
                .locations("classpath:db/migration")
                .defaultSchema("public")
                .initSql(LOCK_TIMEOUT)
                .target(MigrationVersion.fromVersion(target));
        configuration
                .getConfigurationExtension(PostgreSQLConfigurationExtension.class)
                .setTransactionalLock(false);
        return configuration.load();
    }
}
