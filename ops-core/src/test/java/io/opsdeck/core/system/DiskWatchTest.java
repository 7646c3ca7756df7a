package io.opsdeck.core.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.opsdeck.core.system.DiskWatch.Disk;
import io.opsdeck.core.system.DiskWatch.Level;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskWatchTest {

    private static final long GB = 1L << 30;

    @TempDir
    Path folder = Path.of("");

    private final Hands clock = new Hands();

    /** A clock that somebody moves. */
    private static final class Hands extends Clock {

        private Instant now = Instant.parse("2026-11-23T00:00:00Z");

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }

    @Test
    void aDiskThatFillsUpIsSaidInTime() {
        DiskWatch watch = watch("1GB");
        assertThat(watch.judge(100 * GB, 100 * GB, null).level()).isEqualTo(Level.WELL);
        assertThat(watch.judge(21 * GB, 100 * GB, null).level()).isEqualTo(Level.WELL);
        assertThat(watch.judge(20 * GB, 100 * GB, null).level()).isEqualTo(Level.LOW);
        assertThat(watch.judge(10 * GB, 100 * GB, null).level()).isEqualTo(Level.VERY_LOW);
        assertThat(watch.judge(GB, 100 * GB, null).level()).isEqualTo(Level.VERY_LOW);
        assertThat(watch.judge(GB - 1, 100 * GB, null).level()).isEqualTo(Level.STOPPED);
    }

    @Test
    void itGoesOnOnlyWhenThereIsMoreRoomThanWhenItStopped() {
        DiskWatch watch = watch("1GB");
        Disk stopped = watch.judge(GB - 1, 4 * GB, null);
        Disk still = watch.judge(GB + GB / 10, 4 * GB, stopped);
        assertThat(still.level()).isEqualTo(Level.STOPPED);
        assertThat(watch.judge(GB + GB / 4, 4 * GB, still).level()).isEqualTo(Level.WELL);
    }

    @Test
    void thePaceOfTheLastDaysSaysWhenItIsFull() {
        DiskWatch watch = watch("10GB");
        assertThat(watch.judge(100 * GB, 200 * GB, null).fullIn()).isNull();
        clock.now = clock.now.plus(Duration.ofMinutes(30));
        assertThat(watch.judge(99 * GB, 200 * GB, null).fullIn())
                .as("after half an hour nobody knows")
                .isNull();
        clock.now = clock.now.plus(Duration.ofMinutes(1410));
        assertThat(watch.judge(90 * GB, 200 * GB, null).fullIn()).isEqualTo(Duration.ofDays(8));
        assertThat(watch.judge(120 * GB, 200 * GB, null).fullIn())
                .as("when it became more")
                .isNull();
    }

    @Test
    void theDiskOfAFolderThatIsNotThereYetIsThatOfItsPlace() {
        Disk disk = new DiskWatch(folder.resolve("a/b/c").toString(), "1B", clock).look();
        assertThat(disk.total()).isPositive();
        assertThat(disk.level()).isNotEqualTo(Level.STOPPED);
        assertThat(new DiskWatch(folder.toString(), "8000000TB", clock).isStopped())
                .isTrue();
    }

    private DiskWatch watch(String floor) {
        return new DiskWatch(folder.toString(), floor, clock);
    }
}
