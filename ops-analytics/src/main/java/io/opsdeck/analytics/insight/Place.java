package io.opsdeck.analytics.insight;

import io.opsdeck.core.error.OpsdeckException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A node of a query's JSON with its pointer, so that whatever is wrong with it is said at its place. */
record Place(JsonNode node, String pointer) {

    Place at(String field) {
        return new Place(node.path(field), pointer + "/" + field);
    }

    boolean isAbsent() {
        return node.isMissingNode() || node.isNull();
    }

    OpsdeckException wrong() {
        if (isAbsent()) {
            return InsightError.QUERY_FIELD_REQUIRED.at(pointer);
        }
        String shown = node.isString() ? node.asString() : node.toString();
        return InsightError.QUERY_VALUE_INVALID.at(pointer, shown.length() > 80 ? shown.substring(0, 80) + "…" : shown);
    }

    /** The node is an object with no other fields than these. */
    Place object(String... fields) {
        if (!node.isObject()) {
            throw wrong();
        }
        Set<String> known = Set.of(fields);
        for (String name : node.propertyNames()) {
            if (!known.contains(name)) {
                throw InsightError.QUERY_FIELD_UNKNOWN.at(pointer + "/" + name, name);
            }
        }
        return this;
    }

    <T> List<T> list(int most, Function<Place, T> read) {
        if (isAbsent()) {
            return List.of();
        }
        if (!node.isArray()) {
            throw wrong();
        }
        if (node.size() > most) {
            throw InsightError.QUERY_TOO_MANY.at(pointer, most);
        }
        List<T> list = new ArrayList<>();
        for (int i = 0; i < node.size(); i++) {
            list.add(read.apply(new Place(node.get(i), pointer + "/" + i)));
        }
        return list;
    }

    String text(int most) {
        if (!node.isString() || node.asString().isBlank() || node.asString().length() > most) {
            throw wrong();
        }
        return node.asString();
    }

    @Nullable
    String textOrNull(int most) {
        return isAbsent() || (node.isString() && node.asString().isBlank()) ? null : text(most);
    }

    boolean flag() {
        if (isAbsent()) {
            return false;
        }
        if (!node.isBoolean()) {
            throw wrong();
        }
        return node.asBoolean();
    }

    int integer(int otherwise, int least, int most) {
        if (isAbsent()) {
            return otherwise;
        }
        if (!node.isIntegralNumber() || !node.canConvertToInt() || node.asInt() < least || node.asInt() > most) {
            throw wrong();
        }
        return node.asInt();
    }

    <E extends Enum<E>> E choice(Class<E> type, @Nullable E otherwise) {
        if (isAbsent() && otherwise != null) {
            return otherwise;
        }
        String name = node.isString() ? node.asString() : "";
        return key(type, name).orElseThrow(this::wrong);
    }

    static <E extends Enum<E>> Optional<E> key(Class<E> type, String name) {
        return EnumSet.allOf(type).stream()
                .filter(each -> each.name().toLowerCase(Locale.ROOT).equals(name))
                .findFirst();
    }

    /** Milliseconds of {@code 30m}, {@code 12h}, {@code 7d} or {@code 2w}; a day is 24 hours. */
    long duration(long otherwise, long least, long most) {
        if (isAbsent()) {
            return otherwise;
        }
        String text = node.isString() ? node.asString() : "";
        if (!text.matches("\\d{1,6}[smhdw]")) {
            throw wrong();
        }
        long amount = Long.parseLong(text.substring(0, text.length() - 1));
        long unit = switch (text.charAt(text.length() - 1)) {
            case 's' -> 1_000L;
            case 'm' -> 60_000L;
            case 'h' -> 3_600_000L;
            case 'd' -> 86_400_000L;
            default -> 7 * 86_400_000L;
        };
        if (amount * unit < least || amount * unit > most) {
            throw wrong();
        }
        return amount * unit;
    }
}
