package io.opsdeck.core.database;

import io.opsdeck.core.command.Command;
import io.opsdeck.core.command.CommandLine;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import org.springframework.core.env.Environment;

/** {@code migrate}: what the start does first, by itself, for those who upgrade the schema apart from the nodes. */
class MigrateCommand implements Command {

    @Override
    public String name() {
        return "migrate";
    }

    @Override
    public String options() {
        return "";
    }

    @Override
    public String purpose() {
        return "Brings the schema of the database up to this version, and ends.";
    }

    @Override
    public boolean run(CommandLine line, Environment settings, PrintStream out) throws IOException {
        Path home = Path.of(settings.getRequiredProperty("opsdeck.data-dir"))
                .toAbsolutePath()
                .normalize();
        try (var database = VisitedDatabase.openOrCreate(settings, home)) {
            var migrations = new Migrations(database.address());
            int applied = migrations.migrate();
            out.println(applied + " migrations were applied; the schema is " + migrations.version() + ".");
            return true;
        }
    }
}
