package io.opsdeck.core.backup;

import io.opsdeck.core.backup.Backup.Written;
import io.opsdeck.core.database.DatabaseAddress;
import io.opsdeck.core.id.Ids;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionTemplate;

/** The backups that this installation makes on schedule, and how they went. */
@Service
public class Backups {

    private static final Logger log = LoggerFactory.getLogger(Backups.class);
    private static final int LONGEST_ERROR = 1_000;

    private final BackupSettings settings;
    private final Backup backup;
    private final FailedBackupMail mail;
    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final Ids ids;
    private final Clock clock;

    Backups(
            BackupSettings settings,
            DatabaseAddress address,
            Environment environment,
            FailedBackupMail mail,
            JdbcClient jdbc,
            TransactionTemplate transactions,
            Ids ids,
            Clock clock) {
        this.settings = settings;
        this.backup = BackupSource.of(address, environment);
        this.mail = mail;
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.ids = ids;
        this.clock = clock;
    }

    /** When and where they are made. */
    public record Plan(Path folder, LocalTime time, ZoneId zone, int keep, boolean encrypted) {}

    /**
     * One that was made, is being made or failed.
     *
     * @param endedAt null while it is under way, or if its process ended before it
     * @param error why it failed, for somebody who knows machines; null otherwise
     */
    public record Run(
            Instant startedAt,
            @Nullable Instant endedAt,
            String file,
            @Nullable Long bytes,
            @Nullable Long rows,
            @Nullable String error) {

        public boolean succeeded() {
            return endedAt != null && error == null;
        }
    }

    /** Empty where none are made on schedule. */
    public Optional<Plan> plan() {
        return settings.folder()
                .map(folder -> new Plan(
                        folder,
                        settings.time(),
                        settings.zone(),
                        settings.keep(),
                        settings.passphrase().isPresent()));
    }

    /** The newest first. */
    public List<Run> newest(int most) {
        return transactions.execute(status -> jdbc.sql("select started_at, ended_at, file, bytes, rows, error"
                        + " from core.backup_run order by started_at desc, id desc limit ?")
                .param(most)
                .query(Backups::run)
                .list());
    }

    public Optional<Run> lastSuccess() {
        return transactions.execute(status -> jdbc.sql("select started_at, ended_at, file, bytes, rows, error"
                        + " from core.backup_run where ended_at is not null and error is null"
                        + " order by started_at desc, id desc limit 1")
                .query(Backups::run)
                .optional());
    }

    private static Run run(ResultSet row, int number) throws SQLException {
        Timestamp ended = row.getTimestamp(2);
        return new Run(
                row.getTimestamp(1).toInstant(),
                ended == null ? null : ended.toInstant(),
                row.getString(3),
                row.getObject(4, Long.class),
                row.getObject(5, Long.class),
                row.getString(6));
    }

    /** Makes one and removes those that are too many; a failure is noted, logged and mailed to the owners. */
    void make() {
        Path folder = settings.folder().orElseThrow();
        Path file = folder.resolve(
                BackupFile.name(clock.instant(), settings.passphrase().isPresent()));
        UUID id = ids.next();
        transactions.executeWithoutResult(status -> jdbc.sql("insert into core.backup_run (id, file) values (?, ?)")
                .params(id, file.toString())
                .update());
        try {
            Files.createDirectories(folder);
            Written written = backup.write(file, settings.passphrase().orElse(null));
            end(id, written);
            log.info("Backup {}: {} rows, {} bytes", file, written.rows(), written.bytes());
            removeOld(folder);
        } catch (IOException | SQLException | RuntimeException e) {
            log.error("The backup {} failed", file, e);
            fail(id, String.valueOf(e.getMessage()));
        }
    }

    private void end(UUID id, Written written) {
        transactions.executeWithoutResult(
                status -> jdbc.sql("update core.backup_run set ended_at = now(), bytes = ?, rows = ? where id = ?")
                        .params(written.bytes(), written.rows(), id)
                        .update());
    }

    private void fail(UUID id, String why) {
        String error = why.length() > LONGEST_ERROR ? why.substring(0, LONGEST_ERROR) : why;
        transactions.executeWithoutResult(
                status -> jdbc.sql("update core.backup_run set ended_at = now(), error = ? where id = ?")
                        .params(error, id)
                        .update());
        mail.send(id, error);
    }

    /** Only files that are named as ours; what a process left unfinished goes too. */
    private void removeOld(Path folder) throws IOException {
        List<Path> ours;
        try (Stream<Path> files = Files.list(folder)) {
            ours = files.filter(file -> BackupFile.NAME
                            .matcher(file.getFileName().toString())
                            .matches())
                    .sorted(Comparator.comparing(
                                    (Path file) -> file.getFileName().toString())
                            .reversed())
                    .toList();
        }
        int kept = 0;
        for (Path file : ours) {
            boolean unfinished = file.toString().endsWith(ArchiveWriter.UNFINISHED);
            if (unfinished || kept == settings.keep()) {
                Files.deleteIfExists(file);
            } else {
                kept++;
            }
        }
    }
}
