package io.opsdeck.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The product as a child process, with an embedded database in a folder of its own. */
final class Opsdeck implements AutoCloseable {

    static final String MAIL = "bench@example.com";
    static final String PASSWORD = "benchmark-password-1";

    static final String TOKEN = "benchmark-token";
    private static final String OWNER = "opsdeck_owner";
    private static final Duration LONGEST_START = Duration.ofMinutes(5);
    private static final Duration LONGEST_STOP = Duration.ofSeconds(60);
    private static final JsonMapper JSON = new JsonMapper();

    final Path folder;
    final int port;
    final int managementPort;
    final Duration toReady;

    private final Process process;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private Opsdeck(Path folder, int port, int managementPort, Process process, long begin) throws IOException {
        this.folder = folder;
        this.port = port;
        this.managementPort = managementPort;
        this.process = process;
        this.toReady = awaitReady(begin);
    }

    /** Starts on the folder of that name below the work folder, keeping what is in it, and waits until it is ready. */
    static Opsdeck start(Settings settings, String name, List<String> jvm) throws IOException {
        return start(settings.work().resolve(name), freePort(), program(settings), jvm);
    }

    static List<String> program(Settings settings) {
        return List.of("-jar", settings.jar().toString());
    }

    /** The same on a given port and with a given way to name the program. */
    static Opsdeck start(Path folder, int port, List<String> program, List<String> jvm) throws IOException {
        return start(folder, port, program, jvm, Map.of());
    }

    /** The same with more of the environment. */
    static Opsdeck start(Path folder, int port, List<String> program, List<String> jvm, Map<String, String> more)
            throws IOException {
        Files.createDirectories(folder);
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvm);
        command.addAll(program);
        var builder = new ProcessBuilder(command);
        int managementPort = freePort();
        var environment = builder.environment();
        environment.keySet().removeIf(key -> key.startsWith("DATABASE_") || key.startsWith("OPSDECK_"));
        environment.put("PORT", String.valueOf(port));
        environment.put("MANAGEMENT_PORT", String.valueOf(managementPort));
        environment.put("OPSDECK_DATA_DIR", folder.resolve("data").toString());
        environment.put("OPSDECK_BOOTSTRAP_OWNER", MAIL + ":" + PASSWORD);
        environment.put("OPSDECK_BOOTSTRAP_TOKEN", TOKEN);
        // The same question is asked again and again, and each time it has to be answered anew.
        environment.put("OPSDECK_INSIGHTS_CACHE_BYTES", "0");
        environment.put("OPSDECK_INSIGHTS_PARTIAL_BYTES", "0");
        environment.putAll(more);
        builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("opsdeck.log").toFile()));
        long begin = System.nanoTime();
        return new Opsdeck(folder, port, managementPort, builder.start(), begin);
    }

    /** Empties the folder of that name below the work folder. */
    static void clear(Settings settings, String name) throws IOException {
        Path folder = settings.work().resolve(name);
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(file);
            }
        }
    }

    static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    URI uri(String path) {
        return URI.create("http://localhost:" + port + path);
    }

    /** Makes a source and returns its write key. */
    WriteKey createSource(String name) throws IOException, InterruptedException {
        JsonNode made = api("POST", "/api/v1/sources", "{\"name\":\"" + name + "\"}");
        return new WriteKey(made.get("id").stringValue(), made.get("writeKey").stringValue());
    }

    /** What the product says of a source. */
    JsonNode source(WriteKey key) throws IOException, InterruptedException {
        return api("GET", "/api/v1/sources/" + key.source(), "");
    }

    /** Calls the REST API as the first owner. */
    JsonNode api(String method, String path, String body) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(uri(path))
                .header("Authorization", "Bearer " + TOKEN)
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
        if (answer.statusCode() / 100 != 2) {
            throw new IOException(method + " " + path + ": " + answer.statusCode() + " " + answer.body());
        }
        return JSON.readTree(answer.body());
    }

    /** A call of the REST API as the first owner. */
    HttpRequest authorized(String path) {
        return HttpRequest.newBuilder(uri(path))
                .timeout(Duration.ofSeconds(60))
                .header("Authorization", "Bearer " + TOKEN)
                .build();
    }

    /** The database server behind it. */
    DatabaseServer database() {
        return new DatabaseServer(folder.resolve("data"));
    }

    /** A connection of the login that owns the database, which sees all workspaces. */
    Connection connect() throws SQLException {
        return DriverManager.getConnection(address(), OWNER, password());
    }

    /** What another node needs in its environment to work on the same database. */
    Map<String, String> shared() {
        return Map.of("DATABASE_URL", address(), "DATABASE_USER", OWNER, "DATABASE_PASSWORD", password());
    }

    private String address() {
        return "jdbc:postgresql://localhost:" + database().port() + "/opsdeck";
    }

    private String password() {
        try {
            return Files.readString(folder.resolve("data/postgres.secret")).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The processor time of the process, without that of the database server. */
    Duration processorTime() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    /** Ends the process as a crash does; its database server lives on. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Stops it as an operator does. */
    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(LONGEST_STOP.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("Opsdeck did not stop within " + LONGEST_STOP);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private Duration awaitReady(long begin) throws IOException {
        var request = HttpRequest.newBuilder(uri("/readyz"))
                .timeout(Duration.ofSeconds(5))
                .build();
        while (System.nanoTime() - begin < LONGEST_START.toNanos()) {
            if (!process.isAlive()) {
                throw new IOException("Opsdeck ended while it started, see " + folder.resolve("opsdeck.log"));
            }
            try {
                if (http.send(request, BodyHandlers.discarding()).statusCode() == 200) {
                    return Duration.ofNanos(System.nanoTime() - begin);
                }
                Thread.sleep(20);
            } catch (IOException e) {
                sleepUntilListening();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException(e);
            }
        }
        process.destroyForcibly();
        throw new IOException("Opsdeck was not ready within " + LONGEST_START);
    }

    private static void sleepUntilListening() throws IOException {
        try {
            Thread.sleep(20);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    /** A source and the key by which it is written to. */
    record WriteKey(String source, String key) {}
}
