package io.opsdeck.core.system;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Watches the disk of the data folder, where the embedded database and the column stores are. Below a floor of free
 * space nothing is taken in any more that grows without end, so that reading, small changes and the database itself have room
 * left; a fifth above the floor it goes on by itself.
 */
@Component
public class DiskWatch {

    private static final Logger log = LoggerFactory.getLogger(DiskWatch.class);
    private static final long LOOK_MILLIS = 2_000;
    private static final double LOW = 0.80;
    private static final double VERY_LOW = 0.90;
    private static final double RELEASE = 1.2;
    private static final Duration REMEMBER_EVERY = Duration.ofMinutes(10);
    private static final Duration REMEMBERED = Duration.ofDays(7);
    private static final Duration LEAST_HISTORY = Duration.ofHours(1);

    private final Path folder;
    private final long floor;
    private final Clock clock;
    private final Deque<Sample> history = new ArrayDeque<>();
    private volatile @Nullable Disk disk;

    DiskWatch(@Value("${opsdeck.data-dir}") String folder, @Value("${opsdeck.disk.floor}") String floor, Clock clock) {
        this.folder = Path.of(folder).toAbsolutePath().normalize();
        this.floor = org.springframework.util.unit.DataSize.parse(floor).toBytes();
        this.clock = clock;
    }

    /** How much room there is. */
    public enum Level {
        WELL,
        /** Over 80 % are used. */
        LOW,
        /** Over 90 % are used. */
        VERY_LOW,
        /** Less is free than the floor: growing writes are refused. */
        STOPPED
    }

    /**
     * The disk of the data folder.
     *
     * @param fullIn how long it takes until the floor is reached, if it goes on as in the hours or days before; null where it
     *     does not get less or too little is known
     */
    public record Disk(
            Level level,
            long free,
            long total,
            long floor,
            @Nullable Duration fullIn) {

        public int usedPercent() {
            return total == 0 ? 0 : (int) Math.round(100.0 * (total - free) / total);
        }
    }

    private record Sample(Instant at, long free) {}

    /** As it was two seconds ago at most. */
    public Disk disk() {
        Disk known = disk;
        return known == null ? look() : known;
    }

    /** Whether a write that grows without end has to be refused. */
    public boolean isStopped() {
        return disk().level() == Level.STOPPED;
    }

    @Scheduled(fixedDelay = LOOK_MILLIS)
    void watch() {
        look();
    }

    synchronized Disk look() {
        Disk before = disk;
        Disk now;
        try {
            FileStore store = Files.getFileStore(existing(folder));
            long free = store.getUsableSpace();
            // As df counts: what is kept for others is neither used nor free.
            now = judge(free, store.getTotalSpace() - store.getUnallocatedSpace() + free, before);
        } catch (IOException e) {
            log.warn(
                    "the disk of the data folder could not be asked: {}",
                    e.getClass().getName());
            now = before == null ? new Disk(Level.WELL, 0, 0, floor, null) : before;
        }
        disk = now;
        tell(before == null ? Level.WELL : before.level(), now);
        return now;
    }

    Disk judge(long free, long total, @Nullable Disk before) {
        boolean stopped = before != null && before.level() == Level.STOPPED;
        Level level = Level.WELL;
        double used = total == 0 ? 0 : (double) (total - free) / total;
        if (free < (stopped ? (long) (floor * RELEASE) : floor)) {
            level = Level.STOPPED;
        } else if (used >= VERY_LOW) {
            level = Level.VERY_LOW;
        } else if (used >= LOW) {
            level = Level.LOW;
        }
        return new Disk(level, free, total, floor, fullIn(free));
    }

    private @Nullable Duration fullIn(long free) {
        Instant now = clock.instant();
        Sample last = history.peekLast();
        if (last == null || !now.isBefore(last.at().plus(REMEMBER_EVERY))) {
            history.addLast(new Sample(now, free));
        }
        while (history.size() > 1 && history.getFirst().at().isBefore(now.minus(REMEMBERED))) {
            history.removeFirst();
        }
        Sample first = history.getFirst();
        Duration since = Duration.between(first.at(), now);
        long less = first.free() - free;
        if (less <= 0 || since.compareTo(LEAST_HISTORY) < 0) {
            return null;
        }
        double seconds = (double) Math.max(0, free - floor) / less * since.toSeconds();
        return Duration.ofSeconds((long) Math.min(seconds, Duration.ofDays(3650).toSeconds()));
    }

    private static void tell(Level before, Disk now) {
        if (now.level() == before) {
            return;
        }
        String text = "the disk of the data folder is {} % full, {} MB are free: {}";
        long megabytes = now.free() >> 20;
        if (now.level() == Level.STOPPED) {
            log.error(
                    text,
                    now.usedPercent(),
                    megabytes,
                    "tracking, imports and exports are refused until there is more");
        } else {
            log.warn(text, now.usedPercent(), megabytes, now.level());
        }
    }

    /** The folder may not be there yet; its disk is. */
    private static Path existing(Path folder) throws IOException {
        Path place = folder;
        while (place != null && !Files.exists(place)) {
            place = place.getParent();
        }
        if (place == null) {
            throw new IOException(folder + " has no disk");
        }
        return place;
    }
}
