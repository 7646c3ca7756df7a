package io.opsdeck.core.job;

import io.opsdeck.core.error.CoreError;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * When something happens again and again: a time of the clock on the wall of a zone. A time that a change of the clock
 * leaves out is the first instant behind it, one that comes twice is the first of the two.
 *
 * @param day of the week from Monday as 1, of the month, or 0 where it is every day; a month that is too short has its last
 */
public record Timetable(Frequency frequency, int day, LocalTime at, ZoneId zone) {

    /** How often. */
    public enum Frequency {
        DAILY,
        WEEKLY,
        MONTHLY;

        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public Timetable {
        at = at.truncatedTo(ChronoUnit.MINUTES);
        int most = frequency == Frequency.DAILY ? 0 : frequency == Frequency.WEEKLY ? 7 : 31;
        if (day < Math.min(1, most) || day > most) {
            throw CoreError.INVALID_VALUE.at("/day", day);
        }
    }

    /** Reads what a form says; the day says nothing where it is every day. */
    public static Timetable of(String frequency, String day, String at, String zone) {
        Frequency chosen = frequency(frequency);
        return new Timetable(chosen, chosen == Frequency.DAILY ? 0 : day(day), time(at), zone(zone));
    }

    /** The first time behind {@code after}. */
    public Instant next(Instant after) {
        // A day earlier, as a change of the clock may move a time into the next day.
        LocalDate date = after.atZone(zone).toLocalDate().minusDays(1);
        while (true) {
            if (isDay(date)) {
                Instant time = instant(date.atTime(at));
                if (time.isAfter(after)) {
                    return time;
                }
            }
            date = date.plusDays(1);
        }
    }

    /** The next {@code count} times behind {@code after}. */
    public List<Instant> next(Instant after, int count) {
        List<Instant> times = new ArrayList<>();
        Instant last = after;
        for (int i = 0; i < count; i++) {
            last = next(last);
            times.add(last);
        }
        return times;
    }

    private boolean isDay(LocalDate date) {
        return switch (frequency) {
            case DAILY -> true;
            case WEEKLY -> date.getDayOfWeek().getValue() == day;
            case MONTHLY -> date.getDayOfMonth() == Math.min(day, date.lengthOfMonth());
        };
    }

    private Instant instant(LocalDateTime local) {
        ZoneOffsetTransition change = zone.getRules().getTransition(local);
        if (change == null) {
            return local.atZone(zone).toInstant();
        }
        return change.isGap() ? change.getInstant() : local.toInstant(change.getOffsetBefore());
    }

    private static Frequency frequency(String key) {
        for (Frequency frequency : Frequency.values()) {
            if (frequency.key().equals(key)) {
                return frequency;
            }
        }
        throw CoreError.INVALID_VALUE.at("/frequency", key);
    }

    private static int day(String text) {
        try {
            return Integer.parseInt(text.strip());
        } catch (NumberFormatException e) {
            throw CoreError.INVALID_VALUE.at("/day", text);
        }
    }

    private static LocalTime time(String text) {
        try {
            return LocalTime.parse(text.strip());
        } catch (DateTimeException e) {
            throw CoreError.INVALID_VALUE.at("/at", text);
        }
    }

    private static ZoneId zone(String text) {
        try {
            return ZoneId.of(text.strip());
        } catch (DateTimeException e) {
            throw CoreError.INVALID_TIME_ZONE.at("/zone", text);
        }
    }
}
