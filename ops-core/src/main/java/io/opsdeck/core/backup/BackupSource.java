package io.opsdeck.core.backup;

import io.opsdeck.core.database.DatabaseAddress;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/** The backup of this installation, as its settings say. */
final class BackupSource {

    private BackupSource() {}

    static Backup of(DatabaseAddress address, Environment settings) {
        return new Backup(
                address,
                Path.of(settings.getRequiredProperty("opsdeck.data-dir")).resolve("secret.key"),
                StringUtils.hasText(settings.getProperty("opsdeck.secret-key")),
                version());
    }

    private static String version() {
        @Nullable String version = BackupSource.class.getPackage().getImplementationVersion();
        return version == null ? "unpackaged" : version;
    }
}
