package io.opsdeck.web.insight;

import io.opsdeck.analytics.insight.QueryRange;
import java.text.NumberFormat;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.context.MessageSource;

/** Numbers, times and texts in the reader's language. */
record Words(MessageSource messages, Locale locale) {

    private static final int SECONDS_OF_MINUTE = 60;
    private static final int SECONDS_OF_HOUR = 3_600;
    private static final int SECONDS_OF_DAY = 86_400;

    String text(String key, Object... arguments) {
        return messages.getMessage(key, arguments, locale);
    }

    /** The text of a key, or what is said where there is none. */
    String textOr(String key, String otherwise) {
        return String.valueOf(messages.getMessage(key, null, otherwise, locale));
    }

    boolean isChinese() {
        return locale.getLanguage().equals("zh");
    }

    /** A number with at most two decimals, a dash for none. */
    String number(@Nullable Number number) {
        if (number == null) {
            return "–";
        }
        NumberFormat format = NumberFormat.getInstance(locale);
        format.setMaximumFractionDigits(2);
        return format.format(number);
    }

    /** A share as per cent with one decimal, a dash for none. */
    String share(@Nullable Double share) {
        if (share == null) {
            return "–";
        }
        NumberFormat format = NumberFormat.getPercentInstance(locale);
        format.setMinimumFractionDigits(1);
        format.setMaximumFractionDigits(1);
        return format.format(share);
    }

    /** A change with its sign, such as +6.2%; null where there is nothing to compare with. */
    @Nullable
    String change(@Nullable Number now, @Nullable Number before) {
        if (now == null || before == null || before.doubleValue() == 0) {
            return null;
        }
        double change = (now.doubleValue() - before.doubleValue()) / Math.abs(before.doubleValue());
        return (change > 0 ? "+" : change < 0 ? "−" : "") + share(Math.abs(change));
    }

    /** A time span by its two largest units, a dash for none. */
    String duration(@Nullable Double seconds) {
        if (seconds == null) {
            return "–";
        }
        long whole = Math.round(seconds);
        if (whole < SECONDS_OF_MINUTE) {
            return text("insight.span.s", number(whole));
        }
        if (whole < SECONDS_OF_HOUR) {
            return two("m", whole / SECONDS_OF_MINUTE, "s", whole % SECONDS_OF_MINUTE);
        }
        if (whole < SECONDS_OF_DAY) {
            return two("h", whole / SECONDS_OF_HOUR, "m", whole % SECONDS_OF_HOUR / SECONDS_OF_MINUTE);
        }
        return two("d", whole / SECONDS_OF_DAY, "h", whole % SECONDS_OF_DAY / SECONDS_OF_HOUR);
    }

    private String two(String unit, long amount, String smaller, long rest) {
        String first = text("insight.span." + unit, number(amount));
        return rest == 0 ? first : first + " " + text("insight.span." + smaller, number(rest));
    }

    /** Milliseconds as the largest unit in which they are whole. */
    String span(long millis) {
        for (var unit : List.of(Unit.D, Unit.H, Unit.M)) {
            if (millis % unit.millis == 0) {
                return text("insight.span." + unit.name().toLowerCase(Locale.ROOT), number(millis / unit.millis));
            }
        }
        return text("insight.span.s", number(millis / 1_000));
    }

    private enum Unit {
        M(60_000L),
        H(3_600_000L),
        D(86_400_000L);

        private final long millis;

        Unit(long millis) {
            this.millis = millis;
        }
    }

    /** The label of an interval, short: {@code 2026-11-03} becomes Nov 3. */
    String interval(String label) {
        try {
            if (label.length() == "2026-11-03".length()) {
                return LocalDate.parse(label).format(DateTimeFormatter.ofPattern(text("insight.format.day"), locale));
            }
            String local = label.substring(0, Math.min(label.length(), "2026-11-03T10:00".length()))
                    .replace(' ', 'T');
            return LocalDateTime.parse(local).format(DateTimeFormatter.ofPattern(text("insight.format.time"), locale))
                    + label.substring(local.length());
        } catch (DateTimeException e) {
            return label;
        }
    }

    String date(LocalDate day) {
        return day.format(DateTimeFormatter.ofLocalizedDate(FormatStyle.MEDIUM).withLocale(locale));
    }

    /** How long the last so many units are. */
    String units(QueryRange.Last last) {
        String unit = switch (last.unit()) {
            case MINUTE -> "m";
            case HOUR -> "h";
            case DAY -> "d";
            case WEEK -> "w";
            case MONTH -> "month";
            case QUARTER -> "quarter";
            case YEAR -> "year";
        };
        return text("insight.units." + unit, last.amount());
    }

    /** A day of this or another year, short. */
    String day(LocalDate day) {
        return day.format(DateTimeFormatter.ofPattern(text("insight.format.date"), locale));
    }

    /** A minute. */
    String moment(LocalDateTime time) {
        return time.format(DateTimeFormatter.ofPattern(text("insight.format.moment"), locale));
    }

    /** Names of this kind, one after the other. */
    String all(List<String> names) {
        return String.join(text("insight.and"), names);
    }
}
