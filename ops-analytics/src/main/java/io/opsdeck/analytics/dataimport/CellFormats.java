package io.opsdeck.analytics.dataimport;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Turns the numbers of a workbook's cells into the text that stands for them in a CSV file: a number as exact as the file
 * has it and without an exponent, a date in ISO 8601, as the format of its cell says that it is one.
 */
final class CellFormats {

    private static final int LONGEST_CODE = 255;
    private static final int LONGEST_NUMBER = 400;
    private static final int MOST_FORMATS = 1 << 16;
    private static final Pattern WHOLE = Pattern.compile("-?[0-9]+");
    private static final Pattern NUMBER = Pattern.compile("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]{1,3})?");
    private static final Pattern NOT_OF_THE_FORMAT = Pattern.compile("\"[^\"]*\"|\\\\.|[_*].|\\[(?![hmsHMS]+])[^]]*]");
    private static final Pattern ELAPSED = Pattern.compile("\\[[hms]+]");
    private static final Pattern PADDED = Pattern.compile("0{2,18}");
    private static final int SURE_DIGITS = 15;
    private static final long DAY = 86_400_000;
    private static final long LAST_DAY = 2_958_466;
    private static final int DAY_THAT_WAS_NOT = 60;
    private static final DateTimeFormatter TIME = new DateTimeFormatterBuilder()
            .appendPattern("HH:mm:ss")
            .appendFraction(ChronoField.MILLI_OF_SECOND, 0, 3, true)
            .toFormatter(Locale.ROOT);
    private static final DateTimeFormatter DATE_TIME = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE)
            .appendLiteral('T')
            .append(TIME)
            .toFormatter(Locale.ROOT);

    private final boolean since1904;
    private final List<Format> ofStyles = new ArrayList<>();

    CellFormats(boolean since1904) {
        this.since1904 = since1904;
    }

    private enum Kind {
        NUMBER,
        DATE,
        DATE_TIME,
        TIME,
        ELAPSED
    }

    /** {@code digits} is how many a number is filled up to. */
    private record Format(Kind kind, int digits) {

        static final Format GENERAL = new Format(Kind.NUMBER, 0);
    }

    static CellFormats read(WorkbookPart part, boolean since1904) {
        var formats = new CellFormats(since1904);
        Map<String, Format> own = new HashMap<>();
        boolean ofCells = false;
        while (part.next()) {
            String id = part.starts("numFmt") || part.starts("xf") ? part.attribute("numFmtId") : null;
            if (part.starts("cellXfs") || part.ends("cellXfs")) {
                ofCells = part.starts("cellXfs");
            } else if (part.starts("numFmt") && id != null) {
                own.put(id, format(part.attribute("formatCode")));
            } else if (part.starts("xf") && ofCells) {
                String key = String.valueOf(id);
                formats.ofStyles.add(own.getOrDefault(key, builtIn(key)));
            }
            if (formats.ofStyles.size() > MOST_FORMATS || own.size() > MOST_FORMATS) {
                throw ImportError.WORKBOOK_SUSPICIOUS.at("/file");
            }
        }
        return formats;
    }

    /** ECMA-376 part 1, 18.8.30, with the dates that it keeps for China, Japan, Korea and Thailand. */
    private static Format builtIn(String id) {
        return switch (id) {
            case "14", "15", "16", "17", "27", "28", "29", "30", "31", "36", "50", "51", "52", "53", "54", "57", "58" ->
                new Format(Kind.DATE, 0);
            case "22" -> new Format(Kind.DATE_TIME, 0);
            case "18", "19", "20", "21", "32", "33", "34", "35", "45", "47", "55", "56" -> new Format(Kind.TIME, 0);
            case "46" -> new Format(Kind.ELAPSED, 0);
            default -> Format.GENERAL;
        };
    }

    private static Format format(@Nullable String code) {
        if (code == null || code.length() > LONGEST_CODE) {
            return Format.GENERAL;
        }
        String first = NOT_OF_THE_FORMAT.matcher(code).replaceAll("");
        int next = first.indexOf(';');
        String own = (next < 0 ? first : first.substring(0, next)).toLowerCase(Locale.ROOT);
        if (PADDED.matcher(own).matches()) {
            return new Format(Kind.NUMBER, own.length());
        }
        if (own.equals("general")) {
            return Format.GENERAL;
        }
        if (ELAPSED.matcher(own).find()) {
            return new Format(Kind.ELAPSED, 0);
        }
        boolean time = own.contains("h") || own.contains("s");
        boolean date = own.contains("y") || own.contains("d") || own.contains("m") && !time;
        if (date) {
            return new Format(time ? Kind.DATE_TIME : Kind.DATE, 0);
        }
        return time ? new Format(Kind.TIME, 0) : Format.GENERAL;
    }

    /** The text of a cell that holds a number, by the style of the cell. */
    String text(String raw, @Nullable String style) {
        Format format = format(style, ofStyles);
        String number = raw.strip();
        if (number.length() > LONGEST_NUMBER || !NUMBER.matcher(number).matches()) {
            return raw;
        }
        String time = format.kind() == Kind.NUMBER ? null : time(Double.parseDouble(number), format.kind());
        return time == null ? number(number, format.digits()) : time;
    }

    private static Format format(@Nullable String style, List<Format> styles) {
        if (style == null || style.length() > 6 || !WHOLE.matcher(style).matches()) {
            return Format.GENERAL;
        }
        int index = Integer.parseInt(style);
        return index < 0 || index >= styles.size() ? Format.GENERAL : styles.get(index);
    }

    /** Whole numbers digit by digit; others as decimal as their writer meant them. */
    private static String number(String raw, int digits) {
        String plain = raw;
        if (!WHOLE.matcher(raw).matches()) {
            var exact = new BigDecimal(raw);
            double nearest = exact.doubleValue();
            if (Double.isInfinite(nearest)) {
                return raw;
            }
            BigDecimal meant = exact.precision() <= SURE_DIGITS ? exact : new BigDecimal(Double.toString(nearest));
            plain = meant.signum() == 0 ? "0" : meant.stripTrailingZeros().toPlainString();
        }
        boolean filled = plain.length() < digits && WHOLE.matcher(plain).matches() && !plain.startsWith("-");
        return filled ? "0".repeat(digits - plain.length()) + plain : plain;
    }

    /** Days since the epoch of the workbook, to the millisecond; null where they are no time. */
    private @Nullable String time(double days, Kind kind) {
        if (days < 0 || days >= LAST_DAY) {
            return null;
        }
        long millis = BigDecimal.valueOf(days)
                .multiply(BigDecimal.valueOf(DAY))
                .setScale(0, RoundingMode.HALF_UP)
                .longValueExact();
        LocalTime time = LocalTime.ofNanoOfDay(millis % DAY * 1_000_000);
        if (kind == Kind.ELAPSED) {
            return "%02d:%02d:%02d".formatted(millis / 3_600_000, millis / 60_000 % 60, millis / 1_000 % 60);
        }
        if (kind == Kind.TIME && millis < DAY) {
            return TIME.format(time);
        }
        LocalDate date = epoch(millis / DAY).plusDays(millis / DAY);
        boolean midnight = kind == Kind.DATE && time.equals(LocalTime.MIDNIGHT);
        return midnight ? date.toString() : DATE_TIME.format(LocalDateTime.of(date, time));
    }

    /** The calendar of 1900 counts a 29th of February that was not. */
    private LocalDate epoch(long day) {
        if (since1904) {
            return LocalDate.of(1904, 1, 1);
        }
        return day < DAY_THAT_WAS_NOT ? LocalDate.of(1899, 12, 31) : LocalDate.of(1899, 12, 30);
    }
}
