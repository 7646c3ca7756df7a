package io.opsdeck.core.workspace;

import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.text.TextHygiene;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.ZoneId;
import java.util.Currency;
import java.util.List;
import java.util.Set;

/**
 * How a workspace reads time, money and words.
 *
 * @param currency ISO 4217
 * @param locale BCP 47, one of the languages Opsdeck speaks
 */
public record WorkspaceSettings(String name, ZoneId timeZone, DayOfWeek weekStart, String currency, String locale) {

    private static final int MOST_IN_NAME = 120;
    private static final Set<String> ZONES = Set.copyOf(ZoneId.getAvailableZoneIds());
    private static final Set<String> LOCALES = Set.of("en", "zh-CN");

    /** The zones to choose from, by name. */
    public static List<String> timeZones() {
        return ZoneId.getAvailableZoneIds().stream().sorted().toList();
    }

    /** Reads and checks what somebody typed; the error points at the first field that is wrong. */
    public static WorkspaceSettings of(String name, String timeZone, String weekStart, String currency, String locale) {
        String cleaned = TextHygiene.clean(name).strip();
        if (cleaned.isEmpty()) {
            throw CoreError.REQUIRED.at("/name");
        }
        if (cleaned.codePointCount(0, cleaned.length()) > MOST_IN_NAME) {
            throw CoreError.TOO_LONG.at("/name", MOST_IN_NAME);
        }
        if (!LOCALES.contains(locale)) {
            throw CoreError.INVALID_LOCALE.at("/locale");
        }
        return new WorkspaceSettings(cleaned, zone(timeZone), day(weekStart), money(currency), locale);
    }

    private static ZoneId zone(String text) {
        if (!ZONES.contains(text)) {
            throw CoreError.INVALID_TIME_ZONE.at("/timeZone", text);
        }
        try {
            return ZoneId.of(text);
        } catch (DateTimeException e) {
            throw CoreError.INVALID_TIME_ZONE.at("/timeZone", text);
        }
    }

    private static DayOfWeek day(String text) {
        for (DayOfWeek day : DayOfWeek.values()) {
            if (day.name().equals(text)) {
                return day;
            }
        }
        throw CoreError.INVALID_VALUE.at("/weekStart", text);
    }

    private static String money(String text) {
        try {
            return Currency.getInstance(text).getCurrencyCode();
        } catch (IllegalArgumentException e) {
            throw CoreError.INVALID_CURRENCY.at("/currency", text);
        }
    }
}
