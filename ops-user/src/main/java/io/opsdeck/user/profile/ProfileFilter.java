package io.opsdeck.user.profile;

import io.opsdeck.analytics.insight.Filter.Operator;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A condition of a list of profiles; several have to hold together. */
public sealed interface ProfileFilter {

    /**
     * A trait compared with a value. {@code 42} equals {@code "42"}; of a list any element may match; the negative
     * operators match whoever lacks the trait; contains, starts and ends ignore case; numeric operators count numbers and
     * numeric text only; {@code between} includes both ends; {@code before} and {@code after} read ISO 8601 texts, in UTC
     * where they name no offset, and values that are instants.
     *
     * @param path the name of the trait, then names within it
     * @param values one; two for {@code between}, one or more for {@code in} and {@code not_in}, none for {@code is_set}
     *     and {@code is_not_set}
     */
    record Trait(List<String> path, Operator operator, List<String> values) implements ProfileFilter {

        private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9]\\d{0,99})(\\.\\d{1,99})?");

        public Trait {
            path = List.copyOf(path);
            values = List.copyOf(values);
            boolean fits = switch (operator) {
                case EQ, NEQ, CONTAINS, NOT_CONTAINS, STARTS_WITH, ENDS_WITH -> values.size() == 1;
                case IN, NOT_IN -> !values.isEmpty() && values.size() <= 200;
                case GT, GTE, LT, LTE -> values.size() == 1 && areNumbers(values);
                case BETWEEN -> values.size() == 2 && areNumbers(values);
                case IS_SET, IS_NOT_SET -> values.isEmpty();
                case BEFORE, AFTER -> values.size() == 1 && isInstant(values.get(0));
            };
            if (!fits || path.isEmpty() || path.size() > 8) {
                throw invalid(String.join(".", path));
            }
        }

        private static boolean areNumbers(List<String> values) {
            return values.stream().allMatch(Trait::isNumber);
        }

        private static boolean isInstant(String value) {
            try {
                return Instant.parse(value).isAfter(Instant.MIN);
            } catch (DateTimeException e) {
                return false;
            }
        }

        static boolean isNumber(String value) {
            return NUMBER.matcher(value).matches();
        }
    }

    /** Whoever has a user id, or whoever has none. */
    record Identified(boolean identified) implements ProfileFilter {}

    /** Seen last at or after {@code from} and before {@code to}; null leaves that side open. */
    record LastSeen(@Nullable Instant from, @Nullable Instant to) implements ProfileFilter {}

    /** Seen first at or after {@code from} and before {@code to}; null leaves that side open. */
    record FirstSeen(@Nullable Instant from, @Nullable Instant to) implements ProfileFilter {}

    /**
     * Name, e-mail address, phone number or user id contains {@code text}, whatever the case; one that is shorter than
     * three characters has to be at the beginning.
     *
     * @param contact false leaves out e-mail address and phone number, and whatever looks like one
     */
    record Text(String text, boolean contact) implements ProfileFilter {

        public Text(String text) {
            this(text, true);
        }

        public Text {
            text = text.strip();
            if (text.isEmpty() || text.length() > 200 || text.indexOf('\n') >= 0 || text.indexOf('\0') >= 0) {
                throw invalid("q");
            }
        }
    }

    /** A condition as it is written, before anybody asked whether it makes sense. */
    record Condition(String field, Operator operator, List<String> values) {}

    /**
     * Takes {@code field:operator:value,value} apart.
     *
     * @throws io.opsdeck.core.error.OpsdeckException {@link ProfileError#INVALID_PROFILE_FILTER}
     */
    static Condition read(String text) {
        List<String> parts = split(text, ':', 3);
        if (parts.size() < 2 || parts.get(0).isEmpty()) {
            throw invalid(text);
        }
        List<String> values = parts.size() < 3
                ? List.of()
                : split(parts.get(2), ',', Integer.MAX_VALUE).stream()
                        .map(ProfileFilter::plain)
                        .toList();
        return new Condition(plain(parts.get(0)), operator(parts.get(1), text), values);
    }

    /**
     * Reads {@code field:operator:value,value}. A backslash takes the next colon, comma or backslash as it is. The field
     * is the name of a trait, or {@code $identified} (eq true or false), {@code $last_seen} or {@code $first_seen}
     * (after, before, between; instants, or dates of {@code zone}, of which between includes both).
     *
     * @throws io.opsdeck.core.error.OpsdeckException {@link ProfileError#INVALID_PROFILE_FILTER}
     */
    static ProfileFilter parse(String text, ZoneId zone) {
        Condition read = read(text);
        String field = read.field();
        Operator operator = read.operator();
        List<String> values = read.values();
        switch (field) {
            case "$identified" -> {
                boolean known = values.size() == 1 && List.of("true", "false").contains(values.get(0));
                if (operator != Operator.EQ || !known) {
                    throw invalid(text);
                }
                return new Identified(values.get(0).equals("true"));
            }
            case "$last_seen" -> {
                Instant[] range = range(operator, values, zone, text);
                return new LastSeen(range[0], range[1]);
            }
            case "$first_seen" -> {
                Instant[] range = range(operator, values, zone, text);
                return new FirstSeen(range[0], range[1]);
            }
            default -> {
                boolean time = operator == Operator.BEFORE || operator == Operator.AFTER;
                if (time && values.size() == 1) {
                    values = List.of(moment(values.get(0), zone, false, text).toString());
                }
                return new Trait(List.of(field), operator, values);
            }
        }
    }

    private static Operator operator(String key, String text) {
        for (Operator operator : Operator.values()) {
            if (operator.name().toLowerCase(Locale.ROOT).equals(key)) {
                return operator;
            }
        }
        throw invalid(text);
    }

    private static @Nullable Instant[] range(Operator operator, List<String> values, ZoneId zone, String text) {
        if (operator == Operator.AFTER && values.size() == 1) {
            return new @Nullable Instant[] {moment(values.get(0), zone, false, text), null};
        }
        if (operator == Operator.BEFORE && values.size() == 1) {
            return new @Nullable Instant[] {null, moment(values.get(0), zone, false, text)};
        }
        if (operator == Operator.BETWEEN && values.size() == 2) {
            return new @Nullable Instant[] {
                moment(values.get(0), zone, false, text), moment(values.get(1), zone, true, text)
            };
        }
        throw invalid(text);
    }

    private static Instant moment(String value, ZoneId zone, boolean end, String text) {
        try {
            if (value.indexOf('T') > 0) {
                return Instant.parse(value);
            }
            return LocalDate.parse(value)
                    .plusDays(end ? 1 : 0)
                    .atStartOfDay(zone)
                    .toInstant();
        } catch (DateTimeException e) {
            throw invalid(text);
        }
    }

    private static List<String> split(String text, char separator, int most) {
        var parts = new ArrayList<String>();
        int from = 0;
        for (int i = 0; i < text.length() && parts.size() < most - 1; i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == separator) {
                parts.add(text.substring(from, i));
                from = i + 1;
            }
        }
        parts.add(text.substring(from));
        return parts;
    }

    private static String plain(String escaped) {
        return escaped.replaceAll("\\\\(.)", "$1");
    }

    private static RuntimeException invalid(String text) {
        return ProfileError.INVALID_PROFILE_FILTER.at("f", text);
    }
}
