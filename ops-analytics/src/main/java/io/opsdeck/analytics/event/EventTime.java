package io.opsdeck.analytics.event;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * Reads the times that clients send: ISO 8601 with an offset, without one (then UTC) or a date alone (midnight UTC),
 * and numbers since the epoch, whose unit is told by their size. About a microsecond each.
 */
final class EventTime {

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

    private EventTime() {}

    /** Milliseconds since the epoch, or empty where {@code text} is no time. */
    static OptionalLong parse(String text) {
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
