package io.opsdeck.core.backup;

import io.opsdeck.core.backup.Catalog.Leaf;
import io.opsdeck.core.backup.Manifest.Part;
import io.opsdeck.core.backup.Manifest.SecretKey;
import io.opsdeck.core.backup.Manifest.SequenceValue;
import io.opsdeck.core.database.DatabaseAddress;
import io.opsdeck.core.database.Migrations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * Writes everything that an installation knows into one file while it works. All tables are read in one snapshot, so the
 * file is the state of one moment: what was committed before it began is in it, and what was committed later is not. The
 * transaction takes no id of its own, so it holds back no reader of the logs; see docs/adr/0013.
 */
final class Backup {

    private final DatabaseAddress address;
    private final Path secretKey;
    private final boolean secretKeyIsSetting;
    private final String product;

    /**
     * @param secretKey the file of the key, which need not be there
     * @param secretKeyIsSetting whether another key is used, which stays out of the archive
     */
    Backup(DatabaseAddress address, Path secretKey, boolean secretKeyIsSetting, String product) {
        this.address = address;
        this.secretKey = secretKey;
        this.secretKeyIsSetting = secretKeyIsSetting;
        this.product = product;
    }

    /** What was written. */
    record Written(Path file, long bytes, long rows) {}

    Written write(Path file, @Nullable String passphrase) throws IOException, SQLException {
        try (var connection = DriverManager.getConnection(address.url(), address.user(), address.password());
                var archive = new ArchiveWriter(file, passphrase)) {
            connection.setAutoCommit(false);
            connection.setReadOnly(true);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            execute(connection, "set local timezone = 'UTC'");
            execute(connection, "set local search_path = ''");
            Manifest manifest = write(connection, archive);
            return new Written(file, archive.finish(manifest), manifest.rows());
        }
    }

    private Manifest write(Connection connection, ArchiveWriter archive) throws IOException, SQLException {
        String takenAt = Catalog.list(
                        connection, "select to_char(now(), 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')", row -> row.getString(1))
                .get(0);
        Catalog catalog = Catalog.read(connection);
        List<Leaf> leaves = catalog.saved();
        execute(
                connection,
                "lock table " + leaves.stream().map(Leaf::name).collect(Collectors.joining(", "))
                        + " in access share mode");
        List<Migrations.Step> migrations = Catalog.list(
                connection,
                "select version, checksum from " + Migrations.HISTORY
                        + " where success and version is not null order by installed_rank",
                row -> new Migrations.Step(row.getString(1), row.getInt(2)));
        var positions = LogPositions.read(connection, catalog);
        SecretKey key = secretKey(archive);
        var parts = new ArrayList<Part>();
        for (Leaf leaf : leaves) {
            parts.add(part(connection, archive, positions, leaf));
        }
        // Read last: sequences are beyond the snapshot, and must not be behind the rows that used them.
        List<SequenceValue> sequences = Catalog.sequences(connection);
        return new Manifest(Manifest.FORMAT, product, takenAt, key, migrations, parts, sequences);
    }

    private SecretKey secretKey(ArchiveWriter archive) throws IOException {
        if (secretKeyIsSetting) {
            return SecretKey.SETTING;
        }
        if (!Files.exists(secretKey)) {
            return SecretKey.NONE;
        }
        archive.secretKey(Files.readAllBytes(secretKey));
        return SecretKey.ARCHIVE;
    }

    private static Part part(Connection connection, ArchiveWriter archive, LogPositions positions, Leaf leaf)
            throws IOException, SQLException {
        String columns = leaf.columns().stream()
                .map(column -> positions.expression(leaf, column))
                .collect(Collectors.joining(", "));
        var copy = connection.unwrap(PGConnection.class).getCopyAPI();
        return archive.part(
                "tables/" + leaf.name() + ".txt",
                leaf.table(),
                leaf.name(),
                leaf.columns(),
                out -> copy.copyOut("copy (select " + columns + " from " + leaf.name() + ") to stdout", out));
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
