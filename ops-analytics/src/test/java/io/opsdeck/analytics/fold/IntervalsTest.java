package io.opsdeck.analytics.fold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opsdeck.analytics.fold.Intervals.Unit;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class IntervalsTest {

    private static final long HOUR = 3_600_000;

    @Test
    void aDayHasTwentyThreeOrTwentyFiveHoursWhereClocksChange() {
        Intervals spring = days("Europe/Berlin", "2025-03-29", "2025-03-31");
        assertThat(lengths(spring)).containsExactly(24.0, 23.0, 24.0);
        Intervals autumn = days("Europe/Berlin", "2025-10-25", "2025-10-27");
        assertThat(lengths(autumn)).containsExactly(24.0, 25.0, 24.0);
        assertThat(autumn.labels()).containsExactly("2025-10-25", "2025-10-26", "2025-10-27");
        assertThat(autumn.indexOf(at("2025-10-26T22:59:59.999Z"))).isEqualTo(1);
        assertThat(autumn.indexOf(at("2025-10-26T23:00:00Z"))).isEqualTo(2);
    }

    @Test
    void clocksMayChangeByHalfAnHour() {
        assertThat(lengths(days("Australia/Lord_Howe", "2025-10-05", "2025-10-05")))
                .containsExactly(23.5);
        assertThat(lengths(days("Australia/Lord_Howe", "2025-04-06", "2025-04-06")))
                .containsExactly(24.5);
        Intervals hours = hours("Australia/Lord_Howe", "2025-04-05T13:00:00Z", "2025-04-05T17:00:00Z");
        assertThat(hours.labels())
                .containsExactly(
                        "2025-04-06T00:00",
                        "2025-04-06T01:00",
                        "2025-04-06T01:30+10:30",
                        "2025-04-06T02:00",
                        "2025-04-06T03:00");
        assertThat(lengths(hours)).containsExactly(1.0, 1.0, 0.5, 1.0, 1.0);
    }

    @Test
    void aDayBeginsLaterWhereMidnightIsSkipped() {
        Intervals days = days("America/Sao_Paulo", "2018-11-03", "2018-11-05");
        assertThat(lengths(days)).containsExactly(24.0, 23.0, 24.0);
        assertThat(Instant.ofEpochMilli(days.start(1))).isEqualTo("2018-11-04T03:00:00Z");
        assertThat(days.label(1)).isEqualTo("2018-11-04");
    }

    @Test
    void aDateThatAZoneLeftOutHasNoInterval() {
        assertThat(days("Pacific/Apia", "2011-12-29", "2012-01-01").labels())
                .containsExactly("2011-12-29", "2011-12-31", "2012-01-01");
    }

    @Test
    void aDateBeginsWithTheFirstOfTwoMidnights() {
        Intervals days = days("America/St_Johns", "2009-10-31", "2009-11-01");
        assertThat(lengths(days)).containsExactly(24.0, 25.0);
        assertThat(days.indexOf(at("2009-11-01T02:31:00Z"))).isEqualTo(1);
    }

    @Test
    void anHourThatIsRepeatedSaysItsOffset() {
        assertThat(hours("America/New_York", "2026-11-01T04:00:00Z", "2026-11-01T08:00:00Z")
                        .labels())
                .containsExactly(
                        "2026-11-01T00:00", "2026-11-01T01:00-04:00", "2026-11-01T01:00-05:00", "2026-11-01T02:00");
        assertThat(hours("America/New_York", "2026-03-08T06:00:00Z", "2026-03-08T08:00:00Z")
                        .labels())
                .containsExactly("2026-03-08T01:00", "2026-03-08T03:00");
    }

    @Test
    void weeksBeginAsTheWorkspaceSays() {
        Intervals monday = Intervals.calendar(
                Unit.WEEK, ZoneId.of("Asia/Shanghai"), DayOfWeek.MONDAY, day("2026-01-01"), day("2026-01-12"));
        assertThat(monday.labels()).containsExactly("2025-12-29", "2026-01-05", "2026-01-12");
        Intervals sunday = Intervals.calendar(
                Unit.WEEK, ZoneId.of("Asia/Shanghai"), DayOfWeek.SUNDAY, day("2026-01-01"), day("2026-01-12"));
        assertThat(sunday.labels()).containsExactly("2025-12-28", "2026-01-04", "2026-01-11");
    }

    @Test
    void clippedIntervalsKeepTheirLabels() {
        Intervals months = Intervals.calendar(
                Unit.MONTH, ZoneId.of("UTC"), DayOfWeek.MONDAY, day("2026-01-15"), day("2026-02-10"));
        Intervals clipped = months.clip(at("2026-01-15T00:00:00Z"), at("2026-02-11T00:00:00Z"));
        assertThat(clipped.labels()).containsExactly("2026-01-01", "2026-02-01");
        assertThat(clipped.indexOf(at("2026-01-14T23:59:59.999Z"))).isEqualTo(-1);
        assertThat(clipped.indexOf(at("2026-01-15T00:00:00Z"))).isZero();
        assertThat(clipped.indexOf(at("2026-02-11T00:00:00Z"))).isEqualTo(-1);
        assertThat(clipped.whole().indexOf(at("2026-02-28T00:00:00Z"))).isEqualTo(1);
    }

    @Test
    void rollingBlocksAreTwentyFourHoursWhateverTheClockDoes() {
        Intervals blocks = Intervals.rolling(ZoneId.of("Europe/Berlin"), at("2025-10-25T10:00:00Z"), 3);
        assertThat(lengths(blocks)).containsOnly(24.0);
        assertThat(blocks.labels()).containsExactly("2025-10-25T12:00", "2025-10-26T11:00", "2025-10-27T11:00");
        assertThat(lengths(blocks.precededBy(1).followedBy(1))).hasSize(5).containsOnly(24.0);
    }

    @Test
    void neighboursContinueTheCalendar() {
        for (Unit unit : Unit.values()) {
            for (String zone : List.of("Europe/Berlin", "Pacific/Apia", "Australia/Lord_Howe", "Asia/Kathmandu")) {
                long middle = at(unit == Unit.MINUTE ? "2011-12-30T10:00:00Z" : "2011-12-20T10:00:00Z");
                int more = unit == Unit.HOUR ? 400 : 15;
                Intervals one = Intervals.calendar(unit, ZoneId.of(zone), DayOfWeek.SATURDAY, middle, middle + 1);
                Intervals wide = one.precededBy(more).followedBy(more);
                Intervals direct = Intervals.calendar(
                        unit, ZoneId.of(zone), DayOfWeek.SATURDAY, wide.start(0), wide.end(wide.size() - 1));
                assertThat(wide.labels()).as("%s in %s", unit, zone).isEqualTo(direct.labels());
                assertThat(lengths(wide)).isEqualTo(lengths(direct));
            }
        }
    }

    @Test
    void tooManyIntervalsAreRefused() {
        assertThatThrownBy(() -> Intervals.calendar(
                        Unit.MINUTE, ZoneOffset.UTC, DayOfWeek.MONDAY, day("1926-01-01"), day("2026-01-01")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anInstantIsFoundWhereItsLocalTimeBelongs() {
        var random = new Random(11);
        var coverage = new Coverage("intervals");
        List<String> zones = List.of(
                "Europe/Berlin",
                "America/Sao_Paulo",
                "Australia/Lord_Howe",
                "Asia/Shanghai",
                "Africa/Casablanca",
                "America/Havana",
                "Pacific/Apia",
                "Asia/Kathmandu",
                "America/Toronto",
                "Africa/Cairo");
        for (int round = 0; round < 3_000; round++) {
            ZoneId zone = ZoneId.of(zones.get(random.nextInt(zones.size())));
            Unit unit = Unit.values()[random.nextInt(5)];
            DayOfWeek weekStart = DayOfWeek.of(1 + random.nextInt(7));
            long from = at("2009-01-01T00:00:00Z") + (long) (random.nextDouble() * 12 * 365 * 24 * HOUR);
            var change = zone.getRules().nextTransition(Instant.ofEpochMilli(from));
            if (change != null && random.nextBoolean()) {
                from = change.toEpochSecond() * 1000 - (long) (random.nextDouble() * 4 * unit.millis());
            }
            long to = from + 1 + (long) (random.nextDouble() * (unit == Unit.MINUTE ? 3 * HOUR : 40 * unit.millis()));
            Intervals intervals = Intervals.calendar(unit, zone, weekStart, from, to);
            assertThat(intervals.indexOf(intervals.start(0) - 1)).isEqualTo(-1);
            assertThat(intervals.indexOf(intervals.end(intervals.size() - 1))).isEqualTo(-1);
            for (int i = 0; i < 20; i++) {
                long at = from + (long) (random.nextDouble() * (to - from));
                if (random.nextInt(3) == 0) {
                    at = intervals.start(random.nextInt(intervals.size())) - random.nextInt(2);
                }
                if (change != null && random.nextInt(3) == 0 && change.toEpochSecond() * 1000 < to) {
                    at = change.toEpochSecond() * 1000 - random.nextInt(2);
                }
                int found = intervals.indexOf(at);
                if (at < intervals.start(0) || at >= intervals.end(intervals.size() - 1)) {
                    assertThat(found).isEqualTo(-1);
                    continue;
                }
                assertThat(intervals.start(found)).isLessThanOrEqualTo(at);
                assertThat(intervals.end(found)).isGreaterThan(at);
                assertThat(period(unit, zone, weekStart, intervals.start(found)))
                        .as("%s %s %s", unit, zone, Instant.ofEpochMilli(at))
                        .isEqualTo(period(unit, zone, weekStart, at));
                if (found > 0) {
                    assertThat(period(unit, zone, weekStart, intervals.start(found) - 1))
                            .isNotEqualTo(period(unit, zone, weekStart, at));
                }
                coverage.saw(unit.name());
                coverage.saw(
                        unit == Unit.DAY && intervals.end(found) - intervals.start(found) != 24 * HOUR, "uneven day");
            }
            assertThat(intervals.labels()).doesNotHaveDuplicates();
        }
        coverage.demand(1_000, "MINUTE", "HOUR", "DAY", "WEEK", "MONTH", "uneven day");
    }

    /** The period by the local calendar; for hours and minutes together with the offset. */
    private static List<Object> period(Unit unit, ZoneId zone, DayOfWeek weekStart, long at) {
        LocalDateTime local = LocalDateTime.ofInstant(Instant.ofEpochMilli(at), zone);
        ZoneOffset offset = zone.getRules().getOffset(Instant.ofEpochMilli(at));
        LocalDate date = local.toLocalDate();
        return switch (unit) {
            case MINUTE -> List.of(local.truncatedTo(ChronoUnit.MINUTES), offset);
            case HOUR -> List.of(local.truncatedTo(ChronoUnit.HOURS), offset);
            case DAY -> List.of(date);
            case WEEK -> {
                while (date.getDayOfWeek() != weekStart) {
                    date = date.minusDays(1);
                }
                yield List.of(date);
            }
            case MONTH -> List.of(YearMonth.from(date));
        };
    }

    private static Intervals days(String zone, String first, String last) {
        return Intervals.calendar(Unit.DAY, ZoneId.of(zone), DayOfWeek.MONDAY, day(first), day(last));
    }

    private static Intervals hours(String zone, String from, String to) {
        return Intervals.calendar(Unit.HOUR, ZoneId.of(zone), DayOfWeek.MONDAY, at(from), at(to));
    }

    private static List<Double> lengths(Intervals intervals) {
        List<Double> hours = new ArrayList<>();
        for (int i = 0; i < intervals.size(); i++) {
            hours.add((intervals.end(i) - intervals.start(i)) / (double) HOUR);
        }
        return hours;
    }

    private static LocalDate day(String date) {
        return LocalDate.parse(date);
    }

    private static long at(String instant) {
        return Instant.parse(instant).toEpochMilli();
    }
}
