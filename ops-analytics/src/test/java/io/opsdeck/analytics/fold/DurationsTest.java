package io.opsdeck.analytics.fold;

import static org.assertj.core.api.Assertions.assertThat;

import io.opsdeck.analytics.fold.Durations.Bin;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DurationsTest {

    @Test
    void theMedianOfAnEvenNumberLiesBetweenTheTwoInTheMiddle() {
        assertThat(durations(4_000, 1_000, 2_000).medianSeconds()).isEqualTo(2);
        assertThat(durations(4_000, 1_000, 2_000, 3_000).medianSeconds()).isEqualTo(2.5);
        assertThat(durations(4_000, 1_000, 2_000, 3_000).meanSeconds()).isEqualTo(2.5);
        assertThat(durations().medianSeconds()).isNaN();
        assertThat(durations().meanSeconds()).isNaN();
        assertThat(durations().histogram()).isEmpty();
    }

    @Test
    void binsAreAsWideAsFreedmanAndDiaconisSay() {
        long[] even = new long[1_000];
        for (int i = 0; i < even.length; i++) {
            even[i] = i * 1_000L;
        }
        List<Bin> bins = durations(even).histogram();
        assertThat(bins).hasSize(10);
        assertThat(bins.get(0)).isEqualTo(new Bin(0, 99_901, 100));
    }

    @Test
    void thereAreFiveToSixtyBinsThatHoldEverythingOnce() {
        var random = new Random(7);
        for (int round = 0; round < 500; round++) {
            var durations = new Durations();
            int size = 1 + random.nextInt(200);
            for (int i = 0; i < size; i++) {
                durations.add((long) (Math.pow(random.nextDouble(), 1 + random.nextInt(8)) * 14 * 86_400_000L));
            }
            List<Bin> bins = durations.histogram();
            assertThat(bins).hasSizeBetween(size == 1 ? 1 : 5, 60);
            assertThat(bins.stream().mapToLong(Bin::count).sum()).isEqualTo(size);
            for (Bin bin : bins) {
                long inside = 0;
                for (long each : durations.sorted()) {
                    inside += each >= bin.from() && each < bin.to() ? 1 : 0;
                }
                assertThat(bin.count()).isEqualTo(inside);
            }
        }
    }

    @Test
    void equalDurationsMakeOneBin() {
        assertThat(durations(5_000, 5_000, 5_000).histogram()).containsExactly(new Bin(5_000, 5_001, 3));
    }

    private static Durations durations(long... millis) {
        var durations = new Durations();
        for (long each : millis) {
            durations.add(each);
        }
        return durations;
    }
}
