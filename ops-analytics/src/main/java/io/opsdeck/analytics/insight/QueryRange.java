package io.opsdeck.analytics.insight;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;

/** The time that a query is about. Sealed: local dates, instants, or the last so many units. */
public sealed interface QueryRange {

    /** First and last local day of the workspace, both inclusive. */
    record Dates(LocalDate from, LocalDate to) implements QueryRange {}

    /** From an instant to one that is not part of it. */
    record Instants(Instant from, Instant to) implements QueryRange {}

    /** Days, weeks and months are calendar units of the workspace that end today; minutes and hours end now. */
    record Last(int amount, Unit unit) implements QueryRange {}

    /** What {@link Last} counts. */
    enum Unit {
        MINUTE,
        HOUR,
        DAY,
        WEEK,
        MONTH
    }

    /** Milliseconds since the epoch: the first, and the one after the last. */
    record Span(long from, long to) {}

    /** What is meant, asked at {@code now}. */
    default Span span(long now, ZoneId zone, DayOfWeek weekStart) {
        if (this instanceof Dates dates) {
            return new Span(start(dates.from, zone), start(dates.to.plusDays(1), zone));
        }
        if (this instanceof Instants instants) {
            return new Span(instants.from.toEpochMilli(), instants.to.toEpochMilli());
        }
        Last last = (Last) this;
        LocalDate today = LocalDate.ofInstant(Instant.ofEpochMilli(now), zone);
        return switch (last.unit) {
            case MINUTE -> new Span(now - last.amount * 60_000L, now);
            case HOUR -> new Span(now - last.amount * 3_600_000L, now);
            case DAY -> new Span(start(today.minusDays(last.amount - 1L), zone), start(today.plusDays(1), zone));
            case WEEK -> {
                LocalDate week = today.with(java.time.temporal.TemporalAdjusters.previousOrSame(weekStart));
                yield new Span(start(week.minusWeeks(last.amount - 1L), zone), start(today.plusDays(1), zone));
            }
            case MONTH ->
                new Span(
                        start(today.withDayOfMonth(1).minusMonths(last.amount - 1L), zone),
                        start(today.plusDays(1), zone));
        };
    }

    private static long start(LocalDate day, ZoneId zone) {
        return day.atStartOfDay(zone).toInstant().toEpochMilli();
    }
}
