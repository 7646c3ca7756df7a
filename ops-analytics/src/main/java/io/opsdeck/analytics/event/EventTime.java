package io.opsdeck.analytics.event;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * Reads the times that clients send: ISO 8601 with an offset, without one (then UTC) or a date alone (midnight UTC),
 * and numbers since the epoch, whose unit is told by their size. The form that client libraries send is read without the
 * formatter, which was a sixth of the intake's work.
 */
public final class EventTime {

    private static final DateTimeFormatter ISO = new DateTimeFormatterBuilder()
            .parseCaseInsensitive()
            .appendPattern("uuuu-MM-dd[['T'][' ']HH:mm[:ss]]")
            .optionalStart()
            .appendFraction(ChronoField.NANO_OF_SECOND, 1, 9, true)
            .optionalEnd()
            .appendPattern("[XXX][XX]")
            .toFormatter(Locale.ROOT)
            .withResolverStyle(ResolverStyle.STRICT);

    private static final double SECONDS_BELOW = 1e11;
    private static final double MILLIS_BELOW = 1e14;
    private static final double MICROS_BELOW = 1e17;

    private static final long OTHER_FORM = Long.MIN_VALUE;
    private static final int SECONDS_END = 19;

    private EventTime() {}

    /** Milliseconds since the epoch, or empty where {@code text} is no time. */
    public static OptionalLong parse(String text) {
        long usual = usual(text);
        if (usual != OTHER_FORM) {
            return OptionalLong.of(usual);
        }
        String time = text.strip();
        if (time.isEmpty() || time.length() > 40) {
            return OptionalLong.empty();
        }
        if (isNumber(time)) {
            return ofEpoch(Double.parseDouble(time));
        }
        if (time.startsWith("+") || time.startsWith("-")) {
            return OptionalLong.empty();
        }
        try {
            var parsed = ISO.parseBest(time, OffsetDateTime::from, LocalDateTime::from, LocalDate::from);
            if (parsed instanceof OffsetDateTime offset) {
                return OptionalLong.of(offset.toInstant().toEpochMilli());
            }
            if (parsed instanceof LocalDateTime local) {
                return OptionalLong.of(local.toInstant(ZoneOffset.UTC).toEpochMilli());
            }
            return OptionalLong.of(((LocalDate) parsed)
                    .atStartOfDay(ZoneOffset.UTC)
                    .toInstant()
                    .toEpochMilli());
        } catch (DateTimeException e) {
            return OptionalLong.empty();
        }
    }

    /** Reads {@code 2026-11-22T08:30:00.123Z}, with any fraction or none and Z or an offset with a colon. */
    private static long usual(String text) {
        int length = text.length();
        boolean shaped = length > SECONDS_END
                && length <= 35
                && text.charAt(4) == '-'
                && text.charAt(7) == '-'
                && text.charAt(10) == 'T'
                && text.charAt(13) == ':'
                && text.charAt(16) == ':';
        if (!shaped) {
            return OTHER_FORM;
        }
        int year = digits(text, 0, 4);
        int month = digits(text, 5, 7);
        int day = digits(text, 8, 10);
        int hour = digits(text, 11, 13);
        int minute = digits(text, 14, 16);
        int second = digits(text, 17, SECONDS_END);
        boolean sound = year > 0
                && month >= 1
                && month <= 12
                && day >= 1
                && (day <= 28 || (day <= 31 && day <= YearMonth.of(year, month).lengthOfMonth()))
                && hour >= 0
                && hour <= 23
                && minute >= 0
                && minute <= 59
                && second >= 0
                && second <= 59;
        if (!sound) {
            return OTHER_FORM;
        }
        int end = SECONDS_END;
        int millis = 0;
        if (text.charAt(end) == '.') {
            int from = ++end;
            while (end < length && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
                if (end - from < 3) {
                    millis = millis * 10 + text.charAt(end) - '0';
                }
                end++;
            }
            int places = end - from;
            if (places == 0 || places > 9) {
                return OTHER_FORM;
            }
            for (int place = places; place < 3; place++) {
                millis *= 10;
            }
        }
        int offset = offsetMinutes(text, end);
        if (offset == Integer.MIN_VALUE) {
            return OTHER_FORM;
        }
        long minutes = (LocalDate.of(year, month, day).toEpochDay() * 24 + hour) * 60 + minute - offset;
        return (minutes * 60 + second) * 1000 + millis;
    }

    /** Minutes east of UTC that the text ends with, or the least int for anything unusual. */
    private static int offsetMinutes(String text, int from) {
        int length = text.length();
        if (length == from + 1 && text.charAt(from) == 'Z') {
            return 0;
        }
        if (length != from + 6 || text.charAt(from + 3) != ':') {
            return Integer.MIN_VALUE;
        }
        int hours = digits(text, from + 1, from + 3);
        int minutes = digits(text, from + 4, from + 6);
        char sign = text.charAt(from);
        if (hours < 0 || hours > 17 || minutes < 0 || minutes > 59 || (sign != '+' && sign != '-')) {
            return Integer.MIN_VALUE;
        }
        return sign == '-' ? -(hours * 60 + minutes) : hours * 60 + minutes;
    }

    /** The number that these characters write, or -1 where one is no digit. */
    private static int digits(String text, int from, int to) {
        int number = 0;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            number = number * 10 + c - '0';
        }
        return number;
    }

    private static OptionalLong ofEpoch(double number) {
        double size = Math.abs(number);
        if (size < SECONDS_BELOW) {
            return OptionalLong.of(Math.round(number * 1000));
        }
        if (size < MILLIS_BELOW) {
            return OptionalLong.of(Math.round(number));
        }
        return size < MICROS_BELOW ? OptionalLong.of(Math.round(number / 1000)) : OptionalLong.empty();
    }

    private static boolean isNumber(String text) {
        boolean point = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '.' && !point && i > 0) {
                point = true;
            } else if ((c < '0' || c > '9') && !(c == '-' && i == 0 && text.length() > 1)) {
                return false;
            }
        }
        return true;
    }
}
