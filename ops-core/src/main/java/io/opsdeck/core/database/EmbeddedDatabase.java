package io.opsdeck.core.database;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL server of our own on a folder of our own, with durable settings and password authentication. A lock file
 * keeps a second process off the folder; a server that outlived a killed process is stopped first.
 */
final class EmbeddedDatabase implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(EmbeddedDatabase.class);

    private static final String MAJOR_VERSION = "18";
    private static final String DATABASE = "opsdeck";
    private static final String OWNER = "opsdeck_owner";

    /** Slow hashing guards passwords that can be guessed. This one is 24 random bytes, and each connection would pay. */
    private static final String SCRAM_ITERATIONS = "64";

    private final FileChannel lockChannel;
    private final EmbeddedPostgres server;
    private final DatabaseAddress address;

    private EmbeddedDatabase(FileChannel lockChannel, EmbeddedPostgres server, DatabaseAddress address) {
        this.lockChannel = lockChannel;
        this.server = server;
        this.address = address;
    }

    /** Starts the server on {@code home/postgres}, creating it the first time. */
    static EmbeddedDatabase start(Path home) {
        try {
            Files.createDirectories(home);
            FileChannel lock = lock(home);
            try {
                return start(home, lock);
            } catch (IOException | SQLException | RuntimeException e) {
                lock.close();
                throw e;
            }
        } catch (IOException | SQLException e) {
            throw new DatabaseUnusableException(
                    "The embedded database in " + home + " did not start: " + e.getMessage(), e);
        }
    }

    /** Whether one was ever started in the folder. */
    static boolean isIn(Path home) {
        return Files.exists(home.resolve("postgres/PG_VERSION"));
    }

    /** Where the database of the process is that works on the folder; empty where none does. */
    static Optional<DatabaseAddress> running(Path home) {
        try {
            lock(home).close();
            return Optional.empty();
        } catch (DatabaseUnusableException e) {
            log.debug("a process works on {}", home, e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try {
            List<String> server = Files.readAllLines(home.resolve("postgres/postmaster.pid"));
            String url = "jdbc:postgresql://localhost:" + server.get(3).strip() + "/" + DATABASE;
            return Optional.of(new DatabaseAddress(url, OWNER, password(home.resolve("postgres.secret"))));
        } catch (IOException | IndexOutOfBoundsException e) {
            throw new DatabaseUnusableException(
                    "The Opsdeck that works on " + home + " has not started its database yet. Try again.", e);
        }
    }

    DatabaseAddress address() {
        return address;
    }

    @Override
    public void close() throws IOException {
        server.close();
        lockChannel.close();
    }

    private static EmbeddedDatabase start(Path home, FileChannel lock) throws IOException, SQLException {
        Path data = home.resolve("postgres");
        checkMajorVersion(data);
        reapOrphan(data);
        boolean first = !Files.exists(data.resolve("PG_VERSION"));
        String password = password(home.resolve("postgres.secret"));
        var server = EmbeddedPostgres.builder()
                .setDataDirectory(data.toFile())
                .setCleanDataDirectory(false)
                .setOverrideWorkingDirectory(home.resolve("postgres-binaries").toFile())
                .setRegisterShutdownHook(false)
                .setPGStartupWait(Duration.ofSeconds(60))
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("full_page_writes", "on")
                .setServerConfig("max_connections", "60")
                .setServerConfig("shared_buffers", "256MB")
                .setServerConfig("max_wal_size", "2GB")
                .setServerConfig("timezone", "UTC")
                .setServerConfig("password_encryption", "scram-sha-256")
                .setServerConfig("scram_iterations", SCRAM_ITERATIONS)
                .setConnectConfig("password", password)
                .start();
        try {
            String base = "jdbc:postgresql://localhost:" + server.getPort() + "/";
            try (var admin = DriverManager.getConnection(base + "postgres", "postgres", password)) {
                if (first || !exists(admin)) {
                    createOwner(admin);
                }
                requirePasswords(admin, password);
            }
            return new EmbeddedDatabase(lock, server, new DatabaseAddress(base + DATABASE, OWNER, password));
        } catch (IOException | SQLException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private static FileChannel lock(Path home) throws IOException {
        var channel =
                FileChannel.open(home.resolve("opsdeck.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = null;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            log.debug("the folder is locked by this very process", e);
        }
        if (lock == null) {
            channel.close();
            throw new DatabaseUnusableException("The data folder " + home.toAbsolutePath()
                    + " is in use by another Opsdeck. Stop that one, or set OPSDECK_DATA_DIR to another folder.");
        }
        return channel;
    }

    private static void checkMajorVersion(Path data) throws IOException {
        Path file = data.resolve("PG_VERSION");
        if (!Files.exists(file)) {
            return;
        }
        String found = Files.readString(file).strip();
        if (!found.equals(MAJOR_VERSION)) {
            throw new DatabaseUnusableException("The data folder " + data.toAbsolutePath()
                    + " was written by PostgreSQL " + found + ", this Opsdeck brings PostgreSQL " + MAJOR_VERSION
                    + ". Start the Opsdeck version that wrote it, or move to an external database.");
        }
    }

    /** Only called while holding our lock, so a living server on this folder has lost its process. */
    private static void reapOrphan(Path data) throws IOException {
        Path pidFile = data.resolve("postmaster.pid");
        if (!Files.exists(pidFile)) {
            return;
        }
        List<String> lines = Files.readAllLines(pidFile);
        if (lines.size() < 2
                || !Path.of(lines.get(1)).equals(data.toAbsolutePath().normalize())) {
            return;
        }
        var orphan = ProcessHandle.of(Long.parseLong(lines.get(0).strip()))
                .filter(process -> process.info().command().orElse("").endsWith("postgres"));
        if (orphan.isEmpty()) {
            Files.deleteIfExists(pidFile);
            return;
        }
        log.warn(
                "Stopping the database server {} that a killed process left behind",
                orphan.get().pid());
        new ProcessBuilder("kill", "-INT", String.valueOf(orphan.get().pid())).start();
        try {
            orphan.get().onExit().get(60, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the old server stopped", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("the old server did not stop", e);
        }
    }

    private static String password(Path file) throws IOException {
        if (Files.exists(file)) {
            return Files.readString(file).strip();
        }
        byte[] random = new byte[24];
        new SecureRandom().nextBytes(random);
        String password = HexFormat.of().formatHex(random);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, password);
        return password;
    }

    private static boolean exists(Connection admin) throws SQLException {
        try (var statement = admin.createStatement();
                var rows = statement.executeQuery("select from pg_database where datname = '" + DATABASE + "'")) {
            return rows.next();
        }
    }

    private static void createOwner(Connection admin) throws SQLException {
        try (var statement = admin.createStatement()) {
            statement.execute("do $$ begin if not exists (select from pg_roles where rolname = '" + OWNER
                    + "') then create role " + OWNER + " login createrole; end if; end $$");
            statement.execute("create database " + DATABASE + " owner " + OWNER
                    + " template template0 encoding 'UTF8' locale 'C.UTF-8'");
        }
    }

    /** The password is hexadecimal, made above, so it may stand in the statement. */
    private static void requirePasswords(Connection admin, String password) throws SQLException, IOException {
        try (var statement = admin.createStatement()) {
            statement.execute("alter role postgres password '" + password + "'");
            statement.execute("alter role " + OWNER + " password '" + password + "'");
            Path rules;
            try (var rows = statement.executeQuery("show hba_file")) {
                rows.next();
                rules = Path.of(rows.getString(1));
            }
            Files.writeString(
                    rules,
                    "local all all scram-sha-256\nhost all all 127.0.0.1/32 scram-sha-256\nhost all all ::1/128 scram-sha-256\n");
            statement.execute("select pg_reload_conf()");
        }
    }
}
