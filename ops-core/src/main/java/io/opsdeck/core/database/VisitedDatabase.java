package io.opsdeck.core.database;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * The database of an installation, for a command beside the application or instead of it: the external one, the embedded
 * one of the process that runs on the folder, or else the embedded one, started for the while.
 */
public final class VisitedDatabase implements AutoCloseable {

    private final DatabaseAddress address;
    private final @Nullable EmbeddedDatabase own;

    private VisitedDatabase(DatabaseAddress address, @Nullable EmbeddedDatabase own) {
        this.address = address;
        this.own = own;
    }

    public static VisitedDatabase open(Environment settings) {
        String url = settings.getProperty("opsdeck.database.url");
        if (StringUtils.hasText(url)) {
            return new VisitedDatabase(
                    new DatabaseAddress(
                            url,
                            settings.getProperty("opsdeck.database.user", ""),
                            settings.getProperty("opsdeck.database.password", "")),
                    null);
        }
        Path home = home(settings);
        if (!EmbeddedDatabase.isIn(home)) {
            throw new DatabaseUnusableException("There is no database in " + home + ". Set OPSDECK_DATA_DIR to the data"
                    + " folder of the installation, or DATABASE_URL to its database.");
        }
        return EmbeddedDatabase.running(home)
                .map(address -> new VisitedDatabase(address, null))
                .orElseGet(() -> started(home));
    }

    /**
     * The same for an installation that is made by this: the embedded database is created where it is missing, and the
     * server has the roles.
     */
    public static VisitedDatabase openOrCreate(Environment settings, Path home) {
        var opened = StringUtils.hasText(settings.getProperty("opsdeck.database.url")) ? open(settings) : started(home);
        DatabaseRoles.prepare(opened.address());
        return opened;
    }

    private static VisitedDatabase started(Path home) {
        EmbeddedDatabase database = EmbeddedDatabase.start(home);
        return new VisitedDatabase(database.address(), database);
    }

    private static Path home(Environment settings) {
        return Path.of(settings.getRequiredProperty("opsdeck.data-dir"))
                .toAbsolutePath()
                .normalize();
    }

    public DatabaseAddress address() {
        return address;
    }

    @Override
    public void close() throws IOException {
        if (own != null) {
            own.close();
        }
    }
}
