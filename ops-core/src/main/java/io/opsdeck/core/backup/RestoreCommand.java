package io.opsdeck.core.backup;

import io.opsdeck.core.backup.ArchiveReader.Checked;
import io.opsdeck.core.command.Command;
import io.opsdeck.core.command.CommandFailure;
import io.opsdeck.core.command.CommandLine;
import io.opsdeck.core.database.VisitedDatabase;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Arrays;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/** {@code restore --from=…}: into an empty database, embedded or external. */
class RestoreCommand implements Command {

    @Override
    public String name() {
        return "restore";
    }

    @Override
    public String options() {
        return "--from=<file> [--into=<data folder>] [--passphrase-file=<file>]";
    }

    @Override
    public String purpose() {
        return "Makes an installation of a backup, in an empty database; nothing leaves it until a member says so.";
    }

    @Override
    public boolean run(CommandLine line, Environment settings, PrintStream out) throws IOException, SQLException {
        Path file = Path.of(line.required("from"));
        Path home = Path.of(line.option("into").orElseGet(() -> settings.getRequiredProperty("opsdeck.data-dir")))
                .toAbsolutePath()
                .normalize();
        var archive = new ArchiveReader(file, Passphrase.of(line, settings));
        Checked checked = archive.check();
        Path key = home.resolve("secret.key");
        checkKey(checked, key);
        out.printf(
                "%s is whole: %,d rows of %s, written by Opsdeck %s%n",
                file,
                checked.manifest().rows(),
                checked.manifest().takenAt(),
                checked.manifest().product());
        try (var database = VisitedDatabase.openOrCreate(settings, home)) {
            var restore = new Restore(database.address());
            restore.check(checked.manifest());
            writeKey(checked, key);
            restore.load(archive, checked.manifest());
        }
        out.println(
                "Restored. The next start holds back whatever leaves, in every workspace, until a member lifts it.");
        adviseOnKey(checked, settings, key, out);
        return true;
    }

    private static void checkKey(Checked checked, Path file) throws IOException {
        if (checked.secretKey() != null
                && Files.exists(file)
                && !Arrays.equals(checked.secretKey(), Files.readAllBytes(file))) {
            throw new CommandFailure(file + " is another key than the backup's. Restore into another folder.");
        }
    }

    private static void writeKey(Checked checked, Path file) throws IOException {
        if (checked.secretKey() != null && !Files.exists(file)) {
            Files.createDirectories(file.getParent());
            PrivateFile.create(file);
            Files.write(file, checked.secretKey());
        }
    }

    private static void adviseOnKey(Checked checked, Environment settings, Path file, PrintStream out) {
        boolean setting = StringUtils.hasText(settings.getProperty("opsdeck.secret-key"));
        switch (checked.manifest().secretKey()) {
            case SETTING -> {
                if (!setting) {
                    out.println("Its secrets were sealed with OPSDECK_SECRET_KEY, which is no part of a backup:"
                            + " set it to the same value before the start.");
                }
            }
            case ARCHIVE -> {
                if (setting) {
                    out.println("Its secrets were sealed with the key that is now in " + file
                            + ", but OPSDECK_SECRET_KEY is set and used instead: unset it, or append that key to it.");
                }
            }
            case NONE -> {}
        }
    }
}
