package io.opsdeck.analytics.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.opsdeck.analytics.forecast.RunRate.Piece;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunRateTest {

    /** Monday. */
    private static final LocalDate START = LocalDate.of(2026, 9, 28);

    @Test
    void whatIsLeftOfAWeekIsTheMeanOfTheSameWeekdays() {
        LocalDate monday = START.plusWeeks(7);
        List<Piece> days = days(START, monday.plusDays(3));
        double forecast = RunRate.forecast(
                        days,
                        ChronoUnit.DAYS,
                        monday.atStartOfDay(),
                        monday.plusWeeks(1).atStartOfDay(),
                        monday.plusDays(3).atStartOfDay())
                .orElseThrow();
        assertThat(forecast)
                .as("a week of 10 a day and 40 on each day of the weekend")
                .isCloseTo(130, within(1e-9));
    }

    @Test
    void ofTheDayThatGoesOnOnlyTheRestIsAdded() {
        LocalDate monday = START.plusWeeks(7);
        List<Piece> days = new ArrayList<>(days(START, monday));
        days.add(new Piece(monday.atStartOfDay(), 9));
        double forecast = RunRate.forecast(
                        days,
                        ChronoUnit.DAYS,
                        monday.atStartOfDay(),
                        monday.plusDays(1).atStartOfDay(),
                        monday.atTime(12, 0))
                .orElseThrow();
        assertThat(forecast).as("9 until noon and half of a usual Monday").isCloseTo(14, within(1e-9));
    }

    @Test
    void hoursAreComparedWithTheSameHoursOfTheSameWeekday() {
        List<Piece> hours = new ArrayList<>();
        LocalDateTime now = START.plusWeeks(3).atTime(18, 0);
        for (LocalDateTime hour = START.atStartOfDay(); hour.isBefore(now); hour = hour.plusHours(1)) {
            hours.add(new Piece(hour, hour.getHour() >= 20 ? 6 : 1));
        }
        double forecast = RunRate.forecast(
                        hours,
                        ChronoUnit.HOURS,
                        now.toLocalDate().atStartOfDay(),
                        now.toLocalDate().plusDays(1).atStartOfDay(),
                        now)
                .orElseThrow();
        assertThat(forecast).as("18 so far, two hours of 1 and four of 6").isCloseTo(44, within(1e-9));
    }

    @Test
    void nothingIsSaidBeforeTwoWeeksWereSeen() {
        LocalDate monday = START.plusWeeks(1);
        assertThat(RunRate.forecast(
                        days(START, monday.plusDays(1)),
                        ChronoUnit.DAYS,
                        monday.atStartOfDay(),
                        monday.plusWeeks(1).atStartOfDay(),
                        monday.plusDays(1).atStartOfDay()))
                .isEmpty();
    }

    @Test
    void whatHappenedLongAgoIsForgotten() {
        LocalDate monday = START.plusWeeks(20);
        List<Piece> days = new ArrayList<>();
        for (LocalDate day = START; day.isBefore(monday); day = day.plusDays(1)) {
            days.add(new Piece(day.atStartOfDay(), day.isBefore(monday.minusWeeks(8)) ? 1_000 : 10));
        }
        double forecast = RunRate.forecast(
                        days,
                        ChronoUnit.DAYS,
                        monday.atStartOfDay(),
                        monday.plusWeeks(1).atStartOfDay(),
                        monday.atStartOfDay())
                .orElseThrow();
        assertThat(forecast).isCloseTo(70, within(1e-9));
    }

    /** 10 on weekdays, 40 on each day of the weekend. */
    private static List<Piece> days(LocalDate from, LocalDate to) {
        return from.datesUntil(to)
                .map(day ->
                        new Piece(day.atStartOfDay(), day.getDayOfWeek().compareTo(DayOfWeek.SATURDAY) >= 0 ? 40 : 10))
                .toList();
    }
}
