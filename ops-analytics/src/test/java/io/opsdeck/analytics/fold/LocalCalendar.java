package io.opsdeck.analytics.fold;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoField;

/** Numbers calendar periods by their local date, as one would by hand; instants of whole hours and zones without halves. */
class LocalCalendar {

    final Intervals.Unit unit;
    final ZoneId zone;
    final DayOfWeek weekStart;

    LocalCalendar(Intervals.Unit unit, ZoneId zone, DayOfWeek weekStart) {
        this.unit = unit;
        this.zone = zone;
        this.weekStart = weekStart;
    }

    long number(long at) {
        LocalDate date = LocalDate.ofInstant(Instant.ofEpochMilli(at), zone);
        return switch (unit) {
            case MINUTE -> Math.floorDiv(at, 60_000L);
            case HOUR -> Math.floorDiv(at, 3_600_000L);
            case DAY -> date.toEpochDay();
            case WEEK -> {
                while (date.getDayOfWeek() != weekStart) {
                    date = date.minusDays(1);
                }
                yield Math.floorDiv(date.toEpochDay(), 7L);
            }
            case MONTH -> date.getLong(ChronoField.PROLEPTIC_MONTH);
        };
    }
}
