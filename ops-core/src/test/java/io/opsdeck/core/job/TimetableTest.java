package io.opsdeck.core.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opsdeck.core.job.Timetable.Frequency;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimetableTest {

    /** Each zone in a year of it in which something happens: changes in both directions, by half an hour, at midnight, a day left out. */
    @ParameterizedTest
    @CsvSource({
        "Asia/Shanghai,2026,365",
        "UTC,2024,366",
        "Europe/Berlin,2026,365",
        "America/New_York,2026,365",
        "Australia/Lord_Howe,2026,365",
        "America/Santiago,2026,365",
        "Pacific/Apia,2011,365",
        "Africa/Casablanca,2026,365",
        "America/Sao_Paulo,2018,365",
        "Asia/Kathmandu,2026,365",
        "Pacific/Chatham,2026,365",
        "Africa/Cairo,2026,365"
    })
    void everyDayOfAYearHasOneTimeAsAWalkOverItsMinutesFinds(ZoneId zone, int year, int days) {
        for (LocalTime at : List.of(
                LocalTime.of(0, 0),
                LocalTime.of(0, 30),
                LocalTime.of(1, 45),
                LocalTime.of(2, 30),
                LocalTime.of(9, 0))) {
            var timetable = new Timetable(Frequency.DAILY, 0, at, zone);
            List<Instant> walked = walk(zone, year, at);
            Instant before = walked.get(0).minusSeconds(1);
            assertThat(timetable.next(before, walked.size()))
                    .as("%s at %s", zone, at)
                    .isEqualTo(walked);
            // Where a whole day is left out, its midnight is the next day's.
            boolean shared = zone.getId().equals("Pacific/Apia") && at.equals(LocalTime.MIDNIGHT);
            assertThat(walked).as("%s at %s", zone, at).hasSize(shared ? days - 1 : days);
        }
    }

    /** Looks at each minute of the clock on the wall: a day's time is the first at which the wall shows it or more. */
    private static List<Instant> walk(ZoneId zone, int year, LocalTime at) {
        List<Instant> times = new ArrayList<>();
        LocalDate date = LocalDate.of(year, 1, 1);
        Instant minute = date.atStartOfDay().toInstant(ZoneOffset.UTC).minus(Duration.ofHours(16));
        LocalDate end = date.plusYears(1);
        while (date.isBefore(end)) {
            LocalDateTime wall = LocalDateTime.ofInstant(minute, zone);
            while (date.isBefore(end) && !wall.isBefore(date.atTime(at))) {
                if (times.isEmpty() || !times.get(times.size() - 1).equals(minute)) {
                    times.add(minute);
                }
                date = date.plusDays(1);
            }
            minute = minute.plusSeconds(60);
        }
        return times;
    }

    @Test
    void aTimeThatTheClockLeavesOutIsTheFirstInstantBehindIt() {
        var timetable = new Timetable(Frequency.DAILY, 0, LocalTime.of(2, 30), ZoneId.of("Europe/Berlin"));
        assertThat(timetable.next(Instant.parse("2026-03-28T12:00:00Z"), 2))
                .containsExactly(Instant.parse("2026-03-29T01:00:00Z"), Instant.parse("2026-03-30T00:30:00Z"));
    }

    @Test
    void aTimeThatComesTwiceIsTheFirstOfTheTwo() {
        var timetable = new Timetable(Frequency.DAILY, 0, LocalTime.of(2, 30), ZoneId.of("Europe/Berlin"));
        assertThat(timetable.next(Instant.parse("2026-10-24T12:00:00Z"), 2))
                .containsExactly(Instant.parse("2026-10-25T00:30:00Z"), Instant.parse("2026-10-26T01:30:00Z"));
    }

    @Test
    void weeksAndMonthsHaveTheirDayAndShortMonthsTheirLast() {
        ZoneId shanghai = ZoneId.of("Asia/Shanghai");
        Instant start = Instant.parse("2027-01-30T12:00:00Z");
        assertThat(new Timetable(Frequency.MONTHLY, 31, LocalTime.of(8, 0), shanghai).next(start, 3))
                .containsExactly(
                        Instant.parse("2027-01-31T00:00:00Z"),
                        Instant.parse("2027-02-28T00:00:00Z"),
                        Instant.parse("2027-03-31T00:00:00Z"));
        assertThat(new Timetable(Frequency.WEEKLY, 1, LocalTime.of(8, 0), shanghai).next(start, 2))
                .containsExactly(Instant.parse("2027-02-01T00:00:00Z"), Instant.parse("2027-02-08T00:00:00Z"));
    }

    @Test
    void whatIsNoTimetableIsRefusedAtItsField() {
        assertThatThrownBy(() -> Timetable.of("hourly", "1", "09:00", "UTC")).hasMessageStartingWith("invalid_value");
        assertThatThrownBy(() -> Timetable.of("weekly", "8", "09:00", "UTC")).hasMessageStartingWith("invalid_value");
        assertThatThrownBy(() -> Timetable.of("monthly", "0", "09:00", "UTC")).hasMessageStartingWith("invalid_value");
        assertThatThrownBy(() -> Timetable.of("daily", "1", "25:00", "UTC")).hasMessageStartingWith("invalid_value");
        assertThatThrownBy(() -> Timetable.of("daily", "1", "09:00", "Mars/Base"))
                .hasMessageStartingWith("invalid_time_zone");
    }
}
