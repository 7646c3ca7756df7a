package io.opsdeck.core.backup;

import io.opsdeck.core.backup.Manifest.Part;
import io.opsdeck.core.backup.Manifest.SequenceValue;
import io.opsdeck.core.command.CommandFailure;
import io.opsdeck.core.database.DatabaseAddress;
import io.opsdeck.core.database.Migrations;
import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.postgresql.PGConnection;

/**
 * Makes an installation of an archive: an empty database gets exactly the schema of the archive, then all rows in one
 * transaction. What stands in the way of loading (foreign keys, indexes, triggers, forced policies) is taken down before
 * and put up again after it, so the rows are checked as a whole. A restore that was interrupted can be begun again.
 */
final class Restore {

    private final DatabaseAddress address;
    private final Migrations migrations;

    Restore(DatabaseAddress address) {
        this.address = address;
        this.migrations = new Migrations(address);
    }

    /** @throws CommandFailure where the archive cannot become this database; nothing is changed before */
    void check(Manifest manifest) throws SQLException {
        List<Migrations.Step> known = migrations.known();
        List<Migrations.Step> needed = manifest.migrations();
        int last = needed.isEmpty() ? -1 : known.indexOf(needed.get(needed.size() - 1));
        if (last < 0 || !new HashSet<>(known.subList(0, last + 1)).equals(new HashSet<>(needed))) {
            throw new CommandFailure("This backup has a schema that this version does not know (" + manifest.product()
                    + ", " + manifest.schemaVersion() + "). Restore it with the version that wrote it or a newer one.");
        }
        try (Connection connection = connect()) {
            checkEmpty(connection, manifest);
        }
    }

    private static void checkEmpty(Connection connection, Manifest manifest) throws SQLException {
        if (Catalog.read(connection).leaves.isEmpty()) {
            return;
        }
        if (!is(connection, "to_regclass('" + Migrations.HISTORY + "') is not null")
                || !is(connection, "to_regclass('core.member') is not null")) {
            throw new CommandFailure("The database holds tables that are not Opsdeck's. Restore into an empty one.");
        }
        if (is(connection, "exists (select from core.member) or exists (select from core.workspace)")) {
            throw new CommandFailure("The database is in use. Restore into an empty one: another folder with --into=…,"
                    + " or a new database in DATABASE_URL.");
        }
        Set<String> wanted =
                manifest.migrations().stream().map(Migrations.Step::version).collect(Collectors.toSet());
        List<String> applied = Catalog.list(
                connection,
                "select version from " + Migrations.HISTORY + " where version is not null",
                row -> row.getString(1));
        if (!wanted.containsAll(applied)) {
            throw new CommandFailure("The database is empty, but its schema is newer than the backup's ("
                    + manifest.schemaVersion() + "). Restore into a database that nothing was started on.");
        }
    }

    private static boolean is(Connection connection, String condition) throws SQLException {
        return Catalog.list(connection, "select " + condition, row -> row.getBoolean(1))
                .get(0);
    }

    void load(ArchiveReader archive, Manifest manifest) throws SQLException {
        migrations.migrate(manifest.schemaVersion());
        try (Connection connection = connect()) {
            connection.setAutoCommit(false);
            execute(connection, "set local search_path = ''");
            execute(connection, "set local maintenance_work_mem = '256MB'");
            Catalog catalog = Catalog.read(connection);
            List<String> tables =
                    catalog.leaves.stream().map(Catalog.Leaf::table).distinct().toList();
            List<String> putUp = takeDown(connection);
            execute(connection, "truncate " + String.join(", ", tables));
            makeLeaves(connection, catalog, manifest);
            copy(connection, archive, manifest);
            for (SequenceValue sequence : manifest.sequences()) {
                setSequence(connection, sequence);
            }
            for (Catalog.Mark mark : catalog.renewed()) {
                execute(connection, "update " + mark.table() + " set " + mark.column() + " = default");
            }
            for (String statement : putUp) {
                execute(connection, statement);
            }
            note(connection, manifest);
            connection.commit();
            connection.setAutoCommit(true);
            execute(connection, "analyze " + String.join(", ", tables));
        }
    }

    /** Answers what puts it all up again, in that order. */
    private static List<String> takeDown(Connection connection) throws SQLException {
        var putUp = new ArrayList<String>();
        for (Obstacle obstacle : Obstacle.all(connection)) {
            execute(connection, obstacle.takeDown());
            putUp.add(0, obstacle.putUp());
        }
        return putUp;
    }

    private static void makeLeaves(Connection connection, Catalog catalog, Manifest manifest) throws SQLException {
        Set<String> there = catalog.leaves.stream().map(Catalog.Leaf::name).collect(Collectors.toSet());
        for (Part part : manifest.parts()) {
            if (!there.contains(part.leaf())) {
                String maker = catalog.maker(part.table())
                        .orElseThrow(() -> new CommandFailure("Nothing makes the partition " + part.leaf() + "."));
                try (var statement = connection.prepareStatement("select " + maker + "(?)")) {
                    statement.setString(1, part.leaf().substring(part.leaf().indexOf('.') + 1));
                    statement.execute();
                }
            }
        }
    }

    private static void copy(Connection connection, ArchiveReader archive, Manifest manifest) throws SQLException {
        Map<String, Part> parts = manifest.parts().stream().collect(Collectors.toMap(Part::entry, Function.identity()));
        archive.visit((entry, content) -> {
            Part part = parts.get(entry);
            if (part != null) {
                copy(connection, part, content);
            }
        });
    }

    private static void copy(Connection connection, Part part, InputStream content) throws IOException, SQLException {
        String into = "copy " + part.table() + " (" + String.join(", ", part.columns()) + ") from stdin";
        long rows = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(into, content, 1 << 16);
        if (rows != part.rows()) {
            throw new CommandFailure(part.entry() + " should have " + part.rows() + " rows and has " + rows + ".");
        }
    }

    private static void setSequence(Connection connection, SequenceValue sequence) throws SQLException {
        try (var statement = connection.prepareStatement("select setval(?::regclass, ?, ?)")) {
            statement.setString(1, sequence.name());
            statement.setLong(2, sequence.value());
            statement.setBoolean(3, sequence.called());
            statement.execute();
        }
    }

    /** The next start holds back what leaves; see {@link RestoredStart}. */
    private static void note(Connection connection, Manifest manifest) throws SQLException {
        try (var statement =
                connection.prepareStatement("insert into core.restoration (taken_at) values (?::timestamptz)")) {
            statement.setString(1, manifest.takenAt());
            statement.execute();
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(address.url(), address.user(), address.password());
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
