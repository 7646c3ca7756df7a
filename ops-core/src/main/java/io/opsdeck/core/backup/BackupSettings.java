package io.opsdeck.core.backup;

import java.nio.file.Path;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** When backups are made without anybody asking, where they go and how many stay. */
@Component
class BackupSettings {

    private final String folder;
    private final LocalTime time;
    private final ZoneId zone;
    private final int keep;
    private final String passphrase;

    BackupSettings(
            @Value("${opsdeck.backup.dir}") String folder,
            @Value("${opsdeck.backup.time}") String time,
            @Value("${opsdeck.backup.zone}") String zone,
            @Value("${opsdeck.backup.keep}") int keep,
            @Value("${opsdeck.backup.passphrase}") String passphrase) {
        this.folder = folder;
        this.time = time(time);
        this.zone = ZoneId.of(zone);
        this.keep = keep;
        this.passphrase = passphrase;
        if (keep < 1) {
            throw new IllegalArgumentException("OPSDECK_BACKUP_KEEP must be 1 or more, is " + keep);
        }
    }

    private static LocalTime time(String text) {
        try {
            return LocalTime.parse(text);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("OPSDECK_BACKUP_TIME must be a time such as 03:00, is " + text, e);
        }
    }

    /** Empty where no backups are made on schedule. */
    Optional<Path> folder() {
        return folder.isBlank()
                ? Optional.empty()
                : Optional.of(Path.of(folder).toAbsolutePath().normalize());
    }

    LocalTime time() {
        return time;
    }

    ZoneId zone() {
        return zone;
    }

    /** How many stay, the newest ones. */
    int keep() {
        return keep;
    }

    Optional<String> passphrase() {
        return Optional.of(passphrase).filter(text -> !text.isBlank());
    }
}
