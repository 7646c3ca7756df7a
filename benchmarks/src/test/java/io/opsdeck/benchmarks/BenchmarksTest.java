package io.opsdeck.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs every program once with so little that it takes seconds. */
class BenchmarksTest {

    static List<String> programs() {
        return List.copyOf(Benchmarks.programs());
    }

    @ParameterizedTest
    @MethodSource("programs")
    void everyProgramRunsAndWhatItChecksHolds(String program) throws Exception {
        boolean held = Benchmarks.run(
                program,
                "--tiny",
                "--jar=../ops-web/target/opsdeck.jar",
                "--work=target/work",
                "--jvm=-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");

        assertThat(held).isTrue();
    }
}
