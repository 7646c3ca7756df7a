package io.opsdeck.analytics.insight;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.TemporalAdjusters;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The time that a query is about. Sealed: local dates, instants, or the last so many units. */
public sealed interface QueryRange {

    /** First and last local day of the workspace, both inclusive. */
    record Dates(LocalDate from, LocalDate to) implements QueryRange {}

    /** From an instant to one that is not part of it. */
    record Instants(Instant from, Instant to) implements QueryRange {}

    /**
     * Days and longer units are those of the calendar of the workspace, minutes and hours end now.
     *
     * @param complete whether only units that are over count: the last complete month ends with the month before this one,
     *     the last month today
     */
    record Last(int amount, Unit unit, boolean complete) implements QueryRange {}

    /** What {@link Last} counts. */
    enum Unit {
        MINUTE,
        HOUR,
        DAY,
        WEEK,
        MONTH,
        QUARTER,
        YEAR
    }

    /** The most years that a question may be about. */
    int MOST_YEARS = 20;

    /** An amount and a unit, such as {@code 7d}, {@code 3 months} or {@code 1 complete quarter}; empty for anything else. */
    static Optional<Last> last(String text) {
        Matcher parts = LastText.PATTERN.matcher(text.toLowerCase(Locale.ROOT).strip());
        if (!parts.matches()) {
            return Optional.empty();
        }
        int amount = Integer.parseInt(parts.group(1));
        boolean complete = parts.group(2) != null;
        Unit unit = LastText.unit(parts.group(3));
        int most = switch (unit) {
            case MINUTE, HOUR -> complete ? 0 : 20_000;
            case DAY -> MOST_YEARS * 366;
            case WEEK -> MOST_YEARS * 53;
            case MONTH -> MOST_YEARS * 12;
            case QUARTER -> MOST_YEARS * 4;
            case YEAR -> MOST_YEARS;
        };
        return amount < 1 || amount > most ? Optional.empty() : Optional.of(new Last(amount, unit, complete));
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
        if (last.unit == Unit.MINUTE || last.unit == Unit.HOUR) {
            return new Span(now - last.amount * (last.unit == Unit.HOUR ? 3_600_000L : 60_000L), now);
        }
        LocalDate today = LocalDate.ofInstant(Instant.ofEpochMilli(now), zone);
        LocalDate current = first(today, last.unit, weekStart);
        int before = last.complete ? last.amount : last.amount - 1;
        return new Span(
                start(back(current, before, last.unit), zone),
                start(last.complete ? current : today.plusDays(1), zone));
    }

    /** The first day of the unit that a day is in. */
    private static LocalDate first(LocalDate day, Unit unit, DayOfWeek weekStart) {
        return switch (unit) {
            case MINUTE, HOUR, DAY -> day;
            case WEEK -> day.with(TemporalAdjusters.previousOrSame(weekStart));
            case MONTH -> day.withDayOfMonth(1);
            case QUARTER -> day.withDayOfMonth(1).minusMonths((day.getMonthValue() - 1) % 3);
            case YEAR -> day.withDayOfYear(1);
        };
    }

    private static LocalDate back(LocalDate first, int amount, Unit unit) {
        return switch (unit) {
            case MINUTE, HOUR, DAY -> first.minusDays(amount);
            case WEEK -> first.minusWeeks(amount);
            case MONTH -> first.minusMonths(amount);
            case QUARTER -> first.minusMonths(3L * amount);
            case YEAR -> first.minusYears(amount);
        };
    }

    private static long start(LocalDate day, ZoneId zone) {
        return day.atStartOfDay(zone).toInstant().toEpochMilli();
    }

    /** How {@link Last} is written. */
    final class LastText {

        private static final Pattern PATTERN = Pattern.compile("(\\d{1,5})\\s*(complete\\s+)?"
                + "(m|minutes?|h|hours?|d|days?|w|weeks?|months?|q|quarters?|y|years?)");

        private LastText() {}

        private static Unit unit(String text) {
            if (text.startsWith("month")) {
                return Unit.MONTH;
            }
            return switch (text.charAt(0)) {
                case 'm' -> Unit.MINUTE;
                case 'h' -> Unit.HOUR;
                case 'd' -> Unit.DAY;
                case 'w' -> Unit.WEEK;
                case 'q' -> Unit.QUARTER;
                default -> Unit.YEAR;
            };
        }
    }
}
