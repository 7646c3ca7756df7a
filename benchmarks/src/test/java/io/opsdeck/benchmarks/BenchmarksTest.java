package io.opsdeck.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs every program once with so little that it takes seconds. */
class BenchmarksTest {

    /** These wait for leases to run out most of the time. */
    private static final Set<String> WAITING = Set.of("send-kill", "import-kill", "two-nodes");

    static List<String> programs() {
        return Benchmarks.programs().stream()
                .filter(program -> !WAITING.contains(program))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("programs")
    void everyProgramRunsAndWhatItChecksHolds(String program) throws Exception {
        assertThat(run(program)).isTrue();
    }

    @Test
    void thoseThatWaitRunAtTheSameTime() throws Exception {
        var runs = new ArrayList<Callable<Boolean>>();
        WAITING.forEach(program -> runs.add(() -> run(program)));
        var threads = Executors.newFixedThreadPool(runs.size());
        try {
            for (Future<Boolean> held : threads.invokeAll(runs)) {
                assertThat(held.get()).isTrue();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static boolean run(String program) throws Exception {
        return Benchmarks.run(
                program,
                "--tiny",
                "--jar=../ops-web/target/opsdeck.jar",
                "--work=target/work",
                "--jvm=-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
    }
}
