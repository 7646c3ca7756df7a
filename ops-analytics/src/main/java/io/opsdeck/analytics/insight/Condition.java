package io.opsdeck.analytics.insight;

import io.opsdeck.analytics.event.CanonicalText;
import io.opsdeck.analytics.event.EventTime;
import io.opsdeck.analytics.store.Property;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A filter applied to the canonical texts of a property's values, once for each distinct value and never for each event.
 * Of an array any element may match; a path goes into objects.
 */
final class Condition {

    private static final JsonMapper JSON = new JsonMapper();

    private final List<String> path;
    private final boolean negative;
    private final boolean present;
    private final Predicate<String> test;

    private Condition(Filter filter) {
        this.path = filter.path();
        this.present = filter.operator() == Filter.Operator.IS_SET;
        this.negative = switch (filter.operator()) {
            case NEQ, NOT_IN, NOT_CONTAINS, IS_NOT_SET -> true;
            default -> false;
        };
        this.test = test(filter);
    }

    /** For each code below {@code size} whether an event with that value passes; 0 is an event without the property. */
    static boolean[] wanted(Filter filter, @Nullable Property property) {
        var condition = new Condition(filter);
        int size = property == null ? 1 : property.size();
        boolean[] wanted = new boolean[size];
        wanted[0] = condition.negative;
        if (property != null) {
            String[] values = property.values();
            for (int code = 1; code < size; code++) {
                wanted[code] = condition.passes(values[code]);
            }
        }
        return wanted;
    }

    /** The texts that a stored value holds at a path: itself, or the elements of an array. */
    static List<String> texts(String stored, List<String> path) {
        if (stored.isEmpty() || stored.charAt(0) != Property.STRUCTURED) {
            return path.size() > 1 ? List.of() : List.of(stored);
        }
        JsonNode node = JSON.readTree(stored.substring(1));
        for (String name : path.subList(1, path.size())) {
            node = node.path(name);
        }
        if (node.isMissingNode() || node.isNull()) {
            return List.of();
        }
        List<String> texts = new ArrayList<>();
        if (node.isArray()) {
            node.forEach(element -> texts.add(text(element)));
        } else {
            texts.add(text(node));
        }
        return texts;
    }

    private static String text(JsonNode node) {
        if (node.isNumber()) {
            return CanonicalText.number(node.asString());
        }
        return node.isValueNode() ? node.asString() : Property.STRUCTURED + node.toString();
    }

    private boolean passes(String stored) {
        List<String> texts = texts(stored, path);
        if (present) {
            return !texts.isEmpty();
        }
        boolean any = texts.stream().anyMatch(test);
        return negative != any;
    }

    /** The positive question; a negative operator asks for the contrary of it. */
    private static Predicate<String> test(Filter filter) {
        List<String> values = filter.values();
        return switch (filter.operator()) {
            case IS_SET, IS_NOT_SET -> text -> true;
            case EQ, NEQ, IN, NOT_IN -> {
                Set<String> asked = new HashSet<>();
                values.forEach(value -> asked.add(CanonicalText.of(value)));
                yield text -> asked.contains(CanonicalText.of(text));
            }
            case CONTAINS, NOT_CONTAINS -> {
                String part = lower(values.get(0));
                yield text -> lower(text).contains(part);
            }
            case STARTS_WITH -> {
                String part = lower(values.get(0));
                yield text -> lower(text).startsWith(part);
            }
            case ENDS_WITH -> {
                String part = lower(values.get(0));
                yield text -> lower(text).endsWith(part);
            }
            case GT, GTE, LT, LTE, BETWEEN -> numeric(filter);
            case BEFORE -> {
                long than = EventTime.parse(values.get(0)).orElseThrow();
                yield text -> before(EventTime.parse(text), than);
            }
            case AFTER -> {
                long than = EventTime.parse(values.get(0)).orElseThrow();
                yield text -> after(EventTime.parse(text), than);
            }
        };
    }

    private static boolean before(OptionalLong time, long than) {
        return time.isPresent() && time.getAsLong() < than;
    }

    private static boolean after(OptionalLong time, long than) {
        return time.isPresent() && time.getAsLong() > than;
    }

    private static Predicate<String> numeric(Filter filter) {
        double first = CanonicalText.numeric(filter.values().get(0));
        double second = filter.values().size() > 1
                ? CanonicalText.numeric(filter.values().get(1))
                : Double.NaN;
        Filter.Operator operator = filter.operator();
        return text -> {
            double number = CanonicalText.numeric(text);
            return switch (operator) {
                case GT -> number > first;
                case GTE -> number >= first;
                case LT -> number < first;
                case LTE -> number <= first;
                default -> number >= first && number <= second;
            };
        };
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
