package io.opsdeck.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The embedded PostgreSQL server of a data folder, as its own files tell of it. */
final class DatabaseServer {

    private static final Pattern QUOTED = Pattern.compile("\"([^\"]*)\"");

    private final Path home;
    private final Path data;

    DatabaseServer(Path home) {
        this.home = home;
        this.data = home.resolve("postgres");
    }

    int port() {
        return Integer.parseInt(line(3));
    }

    ProcessHandle process() {
        return ProcessHandle.of(Long.parseLong(line(0))).orElseThrow();
    }

    /** Ends it as a crash does. Its children notice by themselves. */
    void kill() {
        process().destroyForcibly();
    }

    /** Stops it at once, rolling back what runs, and returns how it was started. */
    List<String> stop() throws IOException {
        List<String> command = command();
        ProcessHandle server = process();
        signal("-INT", server.pid());
        try {
            server.onExit().get(30, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new IOException("the database server did not stop", e);
        }
        return command;
    }

    /** Starts it again as it was started before. */
    void start(List<String> command) throws IOException {
        new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        home.resolve("postgres.log").toFile()))
                .start();
    }

    /** Holds the server and all its processes, so that it neither answers nor refuses. */
    List<Long> freeze() throws IOException {
        ProcessHandle server = process();
        var all = new ArrayList<Long>();
        all.add(server.pid());
        server.descendants().forEach(child -> all.add(child.pid()));
        for (long pid : all) {
            signal("-STOP", pid);
        }
        return all;
    }

    static void thaw(List<Long> frozen) throws IOException {
        for (long pid : frozen) {
            signal("-CONT", pid);
        }
    }

    private List<String> command() throws IOException {
        String text = Files.readString(data.resolve("postmaster.opts")).strip();
        var command = new ArrayList<String>();
        if ("root".equals(System.getProperty("user.name"))) {
            command.addAll(List.of("unshare", "-U"));
        }
        command.add(text.substring(0, text.indexOf(' ')));
        Matcher quoted = QUOTED.matcher(text);
        while (quoted.find()) {
            command.add(quoted.group(1));
        }
        return command;
    }

    private String line(int number) {
        try {
            return Files.readAllLines(data.resolve("postmaster.pid"))
                    .get(number)
                    .strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void signal(String name, long pid) throws IOException {
        try {
            new ProcessBuilder("kill", name, String.valueOf(pid)).start().waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
