package io.opsdeck.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A table in Markdown under a line that names the machine. */
final class Report {

    private final String title;
    private final List<String[]> rows = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    Report(String title, String... columns) {
        this.title = title;
        rows.add(columns);
        String[] rule = new String[columns.length];
        Arrays.fill(rule, "---");
        rows.add(rule);
    }

    void row(Object... cells) {
        rows.add(Arrays.stream(cells).map(Report::text).toArray(String[]::new));
        System.err.println(String.join(" | ", rows.get(rows.size() - 1)));
    }

    /** Notes and rows also go to the error stream as they come, for who waits. */
    void note(String text) {
        notes.add(text);
        System.err.println(text);
    }

    /** Something that must hold. */
    void check(boolean held, String what) {
        if (!held) {
            failures.add(what);
        }
    }

    /** Prints everything and returns whether every check held. */
    boolean print(String database) {
        PrintStream out = System.out;
        out.println();
        out.println("## " + title);
        out.println();
        out.println(machine() + ", " + database);
        out.println();
        for (String[] row : rows) {
            out.println("| " + String.join(" | ", row) + " |");
        }
        out.println();
        notes.forEach(note -> out.println("- " + note));
        failures.forEach(failure -> out.println("- FAILED: " + failure));
        out.println(failures.isEmpty() ? "PASSED" : "FAILED");
        return failures.isEmpty();
    }

    /** Version of the server and what its commits are worth. */
    static String database(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery("select current_setting('server_version'), current_setting('fsync'),"
                        + " current_setting('synchronous_commit'), current_setting('shared_buffers')")) {
            row.next();
            return "PostgreSQL " + row.getString(1) + " (fsync " + row.getString(2) + ", synchronous_commit "
                    + row.getString(3) + ", shared_buffers " + row.getString(4) + ")";
        }
    }

    private static String machine() {
        return LocalDate.now() + ", " + Runtime.getRuntime().availableProcessors() + " cores, " + memory() + ", Java "
                + System.getProperty("java.version") + ", load " + load();
    }

    private static String memory() {
        try {
            String total = Files.readAllLines(Path.of("/proc/meminfo")).get(0).replaceAll("\\D", "");
            return Math.round(Long.parseLong(total) / 1048576.0) + " GiB";
        } catch (IOException e) {
            return "memory unknown";
        }
    }

    private static String load() {
        try {
            return Files.readString(Path.of("/proc/loadavg")).split(" ")[0];
        } catch (IOException e) {
            return "unknown";
        }
    }

    private static String text(Object cell) {
        if (cell instanceof Double number) {
            return String.format(Locale.ROOT, number < 100 ? "%.1f" : "%,.0f", number);
        }
        if (cell instanceof Long || cell instanceof Integer) {
            return String.format(Locale.ROOT, "%,d", ((Number) cell).longValue());
        }
        return cell.toString();
    }
}
