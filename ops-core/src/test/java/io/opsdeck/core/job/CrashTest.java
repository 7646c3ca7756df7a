package io.opsdeck.core.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.opsdeck.core.testing.TestDatabase;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left of jobs when their process dies: real processes, killed or halted by the job itself. */
class CrashTest {

    private static final Duration LONG = Duration.ofMinutes(3);

    @TempDir
    private Path folder;

    private final TestDatabase.Address database = TestDatabase.fresh();
    private final List<Process> processes = new ArrayList<>();

    @AfterEach
    void endProcesses() {
        processes.forEach(Process::destroyForcibly);
    }

    @Test
    void aJobThatHaltsTheProcessEndsAsFailedAndAnExportThatWasKilledIsMadeAnew() throws Exception {
        Path gate = Files.createFile(folder.resolve("gate"));
        Files.createDirectory(folder.resolve("tmp"));

        assertThat(run("start").waitFor(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(processes.get(0).exitValue()).isEqualTo(CrashRig.HALTED);

        // Two more claims are what a job has that brought the process down three times.
        execute("update core.job set failures = 3, lease_until = now() where kind = 'test.halt'");
        wakeAll();
        assertThat(run("again").waitFor(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(processes.get(1).exitValue()).isEqualTo(CrashRig.HALTED);
        wakeAll();
        assertThat(run("again").waitFor(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(processes.get(2).exitValue()).isEqualTo(CrashRig.HALTED);

        wakeAll();
        Files.deleteIfExists(folder.resolve("halfway"));
        Process killed = run("again");
        await().atMost(LONG)
                .until(() -> text("select state from core.job where kind = 'test.halt'")
                        .equals("FAILED"));
        assertThat(text("select error_code from core.job where kind = 'test.halt'"))
                .isEqualTo("job_crashed");
        await().atMost(LONG)
                .until(() -> text("select state from core.job where kind = 'test.fine'")
                        .equals("SUCCEEDED"));

        await().atMost(LONG).until(() -> Files.exists(folder.resolve("halfway")));
        killed.destroyForcibly().waitFor();
        assertThat(text("select count(*)::text from core.file")).isEqualTo("0");
        try (Stream<Path> left = Files.list(folder.resolve("tmp"))) {
            assertThat(left.filter(path -> path.getFileName().toString().startsWith("export")))
                    .isEmpty();
        }
        Files.delete(gate);
        wakeAll();
        run("again");
        await().atMost(LONG)
                .until(() ->
                        text("select state from core.job where kind = 'export'").equals("SUCCEEDED"));
        assertThat(text("select count(*)::text from core.file")).isEqualTo("1");
        assertThat(text("select rows::text from core.export")).isEqualTo("200000");
        assertThat(text("select outcome from core.job_attempt a join core.job j on j.id = a.job_id"
                        + " where j.kind = 'export' order by a.number limit 1"))
                .isEqualTo("LOST");
    }

    /** Leases and the scheduler's picks of dead processes run out by themselves; here nobody waits for it. */
    private void wakeAll() throws SQLException {
        execute("update core.job set lease_until = now() where state = 'RUNNING'");
        execute("update core.scheduled_tasks set picked = false, picked_by = null, last_heartbeat = null,"
                + " execution_time = now() where task_name = 'job'");
    }

    private Process run(String what) throws IOException {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:TieredStopAtLevel=1",
                        "-Djava.io.tmpdir=" + folder.resolve("tmp"),
                        "-Drig.gate=" + folder.resolve("gate"),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        CrashRig.class.getName(),
                        what,
                        "--opsdeck.data-dir=" + folder.resolve("data"),
                        "--opsdeck.database.url=" + database.url(),
                        "--opsdeck.database.user=" + database.user(),
                        "--opsdeck.database.password=" + database.password()))
                .redirectErrorStream(true)
                .redirectOutput(new File("target", "crash-rig-" + processes.size() + ".log"))
                .start();
        processes.add(process);
        return process;
    }

    private String text(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            return rows.next() ? String.valueOf(rows.getString(1)) : "";
        }
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The owner of the tables sees all workspaces. */
    private Connection connect() throws SQLException {
        return DriverManager.getConnection(database.url(), database.user(), database.password());
    }
}
