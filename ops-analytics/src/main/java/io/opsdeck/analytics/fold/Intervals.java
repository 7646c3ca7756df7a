package io.opsdeck.analytics.fold;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The intervals of a time axis as a sorted array of boundaries in epoch milliseconds: interval i is
 * {@code [start(i), end(i))}. Calendar intervals follow the zone, so a day has 23, 24 or 25 hours, begins at 01:00 where
 * midnight is skipped and with the first midnight where there are two, and a date that a zone left out has no interval.
 * A minute or an hour also ends where the offset changes. Finding one is a look-up and a comparison: 8 bytes an interval
 * and 4 a stretch, which is at least half as long as the shortest interval.
 */
public final class Intervals {

    /** What one interval is. */
    public enum Unit {
        MINUTE(60_000L),
        HOUR(3_600_000L),
        DAY(86_400_000L),
        WEEK(7 * 86_400_000L),
        MONTH(30 * 86_400_000L);

        private final long millis;

        Unit(long millis) {
            this.millis = millis;
        }

        /** The length where no calendar is asked: a day is 24 hours, a month 30 days. */
        public long millis() {
            return millis;
        }
    }

    /** More are refused: nobody draws them and nobody waits for them. */
    public static final int MOST = 200_000;

    private static final DateTimeFormatter DATE_TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm", Locale.ROOT);

    private final Unit unit;
    private final ZoneId zone;
    private final DayOfWeek weekStart;
    private final boolean rolling;
    private final long[] boundaries;
    private final long from;
    private final long to;

    /** By stretch of the axis, each no longer than the shortest interval, the interval in which it begins. */
    private final int[] stretches;

    private final int shift;

    private Intervals(
            Unit unit, ZoneId zone, DayOfWeek weekStart, boolean rolling, long[] boundaries, long from, long to) {
        this.unit = unit;
        this.zone = zone;
        this.weekStart = weekStart;
        this.rolling = rolling;
        this.boundaries = boundaries;
        this.from = Math.max(from, boundaries[0]);
        this.to = Math.min(to, boundaries[boundaries.length - 1]);
        this.shift = shift(boundaries);
        this.stretches = stretches(boundaries, shift);
    }

    /** How many bits of a time say nothing of its stretch. */
    private static int shift(long[] boundaries) {
        long shortest = Long.MAX_VALUE;
        for (int i = 1; i < boundaries.length; i++) {
            shortest = Math.min(shortest, boundaries[i] - boundaries[i - 1]);
        }
        return Long.SIZE - 1 - Long.numberOfLeadingZeros(shortest);
    }

    private static int[] stretches(long[] boundaries, int shift) {
        long length = boundaries[boundaries.length - 1] - boundaries[0];
        int[] stretches = new int[(int) (length - 1 >>> shift) + 1];
        int interval = 0;
        for (int i = 0; i < stretches.length; i++) {
            long start = boundaries[0] + ((long) i << shift);
            while (start >= boundaries[interval + 1]) {
                interval++;
            }
            stretches[i] = interval;
        }
        return stretches;
    }

    /**
     * The whole calendar intervals that touch {@code [from, to)}.
     *
     * @throws IllegalArgumentException if the range is empty or has more than {@link #MOST} intervals
     */
    public static Intervals calendar(Unit unit, ZoneId zone, DayOfWeek weekStart, long from, long to) {
        if (from >= to) {
            throw new IllegalArgumentException("the range ends before it begins");
        }
        if ((to - from) / unit.millis > MOST) {
            throw new IllegalArgumentException("more than " + MOST + " intervals");
        }
        long[] all = unit.millis < Unit.DAY.millis
                ? clockBoundaries(unit, zone, from, to)
                : dateBoundaries(unit, zone, weekStart, from, to);
        return new Intervals(unit, zone, weekStart, false, all, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    /** The whole calendar intervals that touch the local days from {@code first} to {@code last}, both inclusive. */
    public static Intervals calendar(Unit unit, ZoneId zone, DayOfWeek weekStart, LocalDate first, LocalDate last) {
        return calendar(unit, zone, weekStart, startOf(first, zone), startOf(last.plusDays(1), zone));
    }

    /** A range as one interval. */
    public static Intervals one(ZoneId zone, long from, long to) {
        if (from >= to) {
            throw new IllegalArgumentException("the range ends before it begins");
        }
        long[] all = {from, to};
        return new Intervals(Unit.MONTH, zone, DayOfWeek.MONDAY, false, all, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    /** Blocks of 24 hours from an instant on, whatever the calendar says. */
    public static Intervals rolling(ZoneId zone, long from, int count) {
        if (count < 1 || count > MOST) {
            throw new IllegalArgumentException("between 1 and " + MOST + " intervals");
        }
        long[] all = new long[count + 1];
        for (int i = 0; i <= count; i++) {
            all[i] = from + i * Unit.DAY.millis;
        }
        return new Intervals(Unit.DAY, zone, DayOfWeek.MONDAY, true, all, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    /** The same intervals of which only what lies in {@code [earliest, latest)} counts; labels stay. */
    public Intervals clip(long earliest, long latest) {
        return new Intervals(unit, zone, weekStart, rolling, boundaries, earliest, latest);
    }

    /** The same intervals, whole again. */
    public Intervals whole() {
        return clip(Long.MIN_VALUE, Long.MAX_VALUE);
    }

    /** These and the {@code more} before them, whole. */
    public Intervals precededBy(int more) {
        long first = boundaries[0];
        long[] before = new long[more];
        for (int i = more - 1; i >= 0; i--) {
            before[i] = rolling ? first - (more - i) * unit.millis : startBefore(i == more - 1 ? first : before[i + 1]);
        }
        long[] all = Arrays.copyOf(before, more + boundaries.length);
        System.arraycopy(boundaries, 0, all, more, boundaries.length);
        return new Intervals(unit, zone, weekStart, rolling, all, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    /** These and the {@code more} after them, whole. */
    public Intervals followedBy(int more) {
        long[] all = Arrays.copyOf(boundaries, boundaries.length + more);
        for (int i = boundaries.length; i < all.length; i++) {
            all[i] = rolling ? all[i - 1] + unit.millis : endOfIntervalAt(all[i - 1]);
        }
        return new Intervals(unit, zone, weekStart, rolling, all, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    public int size() {
        return boundaries.length - 1;
    }

    public Unit unit() {
        return unit;
    }

    public ZoneId zone() {
        return zone;
    }

    /** First millisecond of the whole interval. */
    public long start(int index) {
        return boundaries[index];
    }

    /** First millisecond after the whole interval. */
    public long end(int index) {
        return boundaries[index + 1];
    }

    /** First millisecond that counts. */
    public long from() {
        return from;
    }

    /** First millisecond after those that count. */
    public long to() {
        return to;
    }

    /** The interval that holds the instant, -1 outside. */
    public int indexOf(long at) {
        if (at < from || at >= to) {
            return -1;
        }
        int i = stretches[(int) (at - boundaries[0] >>> shift)];
        return at < boundaries[i + 1] ? i : i + 1;
    }

    /**
     * The local date on which the interval begins, with the time where intervals are shorter than a day or rolling,
     * and with the offset where two intervals begin at the same local time.
     */
    public String label(int index) {
        Instant start = Instant.ofEpochMilli(boundaries[index]);
        LocalDateTime local = LocalDateTime.ofInstant(start, zone);
        if (!rolling && unit.millis >= Unit.DAY.millis) {
            return local.toLocalDate().toString();
        }
        String label = DATE_TIME.format(local);
        return zone.getRules().getValidOffsets(local).size() > 1
                ? label + zone.getRules().getOffset(start)
                : label;
    }

    /** All labels, in order. */
    public List<String> labels() {
        List<String> labels = new ArrayList<>(size());
        for (int i = 0; i < size(); i++) {
            labels.add(label(i));
        }
        return labels;
    }

    private static long startOf(LocalDate date, ZoneId zone) {
        return date.atStartOfDay(zone).toInstant().toEpochMilli();
    }

    private static LocalDate dateAt(long at, ZoneId zone) {
        return LocalDate.ofInstant(Instant.ofEpochMilli(at), zone);
    }

    private static LocalDate firstDate(LocalDate date, Unit unit, DayOfWeek weekStart) {
        return switch (unit) {
            case MINUTE, HOUR, DAY -> date;
            case WEEK -> date.with(TemporalAdjusters.previousOrSame(weekStart));
            case MONTH -> date.withDayOfMonth(1);
        };
    }

    private static LocalDate nextDate(LocalDate first, Unit unit) {
        return switch (unit) {
            case MINUTE, HOUR, DAY -> first.plusDays(1);
            case WEEK -> first.plusWeeks(1);
            case MONTH -> first.plusMonths(1);
        };
    }

    private static long[] dateBoundaries(Unit unit, ZoneId zone, DayOfWeek weekStart, long from, long to) {
        LocalDate date = firstDate(dateAt(from, zone), unit, weekStart);
        long[] all = new long[(int) ((to - from) / unit.millis) * 2 + 4];
        int count = 0;
        all[count++] = startOf(date, zone);
        while (all[count - 1] < to) {
            date = nextDate(date, unit);
            long next = startOf(date, zone);
            if (next > all[count - 1]) {
                all[count++] = next;
            }
        }
        return Arrays.copyOf(all, count);
    }

    private static long[] clockBoundaries(Unit unit, ZoneId zone, long from, long to) {
        long[] all = new long[(int) ((to - from) / unit.millis) + 64];
        int count = 0;
        all[count++] = clockStart(unit, zone, from);
        while (all[count - 1] < to) {
            if (count == all.length) {
                all = Arrays.copyOf(all, count * 2);
            }
            all[count] = clockEnd(unit, zone, all[count - 1]);
            count++;
        }
        return Arrays.copyOf(all, count);
    }

    private long startBefore(long start) {
        if (unit.millis < Unit.DAY.millis) {
            return clockStart(unit, zone, start - 1);
        }
        LocalDate date = firstDate(dateAt(start - 1, zone), unit, weekStart);
        return startOf(date, zone);
    }

    private long endOfIntervalAt(long start) {
        if (unit.millis < Unit.DAY.millis) {
            return clockEnd(unit, zone, start);
        }
        LocalDate date = nextDate(firstDate(dateAt(start, zone), unit, weekStart), unit);
        while (startOf(date, zone) <= start) {
            date = nextDate(date, unit);
        }
        return startOf(date, zone);
    }

    /** The last full minute or hour of the local clock at or before {@code at}, but no change of offset earlier. */
    private static long clockStart(Unit unit, ZoneId zone, long at) {
        long start = at - Math.floorMod(at + offset(zone, at), unit.millis);
        var change = zone.getRules().previousTransition(Instant.ofEpochMilli(at + 1));
        return change == null ? start : Math.max(start, change.toEpochSecond() * 1000);
    }

    private static long clockEnd(Unit unit, ZoneId zone, long start) {
        long end = start + unit.millis - Math.floorMod(start + offset(zone, start), unit.millis);
        var change = zone.getRules().nextTransition(Instant.ofEpochMilli(start));
        return change == null ? end : Math.min(end, change.toEpochSecond() * 1000);
    }

    private static long offset(ZoneId zone, long at) {
        ZoneOffset offset = zone.getRules().getOffset(Instant.ofEpochMilli(at));
        return offset.getTotalSeconds() * 1000L;
    }

    @Override
    public String toString() {
        return size() + " × " + unit.name().toLowerCase(Locale.ROOT) + " from "
                + Instant.ofEpochMilli(boundaries[0]).truncatedTo(ChronoUnit.SECONDS) + " " + zone;
    }
}
