package io.opsdeck.core.backup;

import io.opsdeck.core.backup.Backup.Written;
import io.opsdeck.core.command.Command;
import io.opsdeck.core.command.CommandFailure;
import io.opsdeck.core.command.CommandLine;
import io.opsdeck.core.database.VisitedDatabase;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import org.springframework.core.env.Environment;

/** {@code backup --to=…}: beside a running Opsdeck or without one. */
class BackupCommand implements Command {

    @Override
    public String name() {
        return "backup";
    }

    @Override
    public String options() {
        return "--to=<file or folder> [--passphrase-file=<file>]";
    }

    @Override
    public String purpose() {
        return "Writes everything that the installation knows into one file, while it works.";
    }

    @Override
    public boolean run(CommandLine line, Environment settings, PrintStream out) throws IOException, SQLException {
        String passphrase = Passphrase.of(line, settings);
        Path file = file(Path.of(line.required("to")), passphrase != null);
        try (var database = VisitedDatabase.open(settings)) {
            Written written = BackupSource.of(database.address(), settings).write(file, passphrase);
            out.printf("%s: %,d rows, %,d bytes%n", written.file(), written.rows(), written.bytes());
            if (passphrase == null) {
                out.println(
                        "It holds personal data and what opens the secrets of the installation. Keep it as a secret,"
                                + " or encrypt it with --passphrase-file.");
            }
            return true;
        }
    }

    private static Path file(Path to, boolean sealed) throws IOException {
        Path file = Files.isDirectory(to)
                ? to.resolve(BackupFile.name(Clock.systemUTC().instant(), sealed))
                : to;
        Path folder = file.toAbsolutePath().getParent();
        if (Files.exists(file)) {
            throw new CommandFailure(file + " is there already.");
        }
        if (folder == null || !Files.isDirectory(folder)) {
            throw new CommandFailure("There is no folder " + folder + ".");
        }
        return file;
    }
}
