package io.opsdeck.web.insight;

import io.opsdeck.analytics.insight.Filter.Operator;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A question while somebody fills it in: its JSON with the rows that are not complete yet. Its fields are those of
 * {@link QueryFields}, so a failure with a pointer finds its field, and an address holds all of a question.
 */
final class QueryForm {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final Pattern ROW = Pattern.compile("(.+)\\.(\\d{1,2})");

    /** Events that a question may have one of. */
    private static final Set<String> SINGLE = Set.of("startAt", "endAt", "keyEvent");

    private final ObjectNode state;

    private QueryForm(ObjectNode state) {
        this.state = state;
    }

    /** Reads the fields of a form; what is no field of any question is left out. */
    static QueryForm of(Map<String, String[]> parameters) {
        return new QueryForm(QueryFields.read(parameters));
    }

    /** A question in which the builder may choose what is left open. */
    static QueryForm of(JsonNode query) {
        return new QueryForm((ObjectNode) normal(query));
    }

    /** A question that was kept or sent as JSON: what it leaves open is what {@code QueryReader} takes then. */
    static QueryForm kept(JsonNode query) {
        ObjectNode state = (ObjectNode) normal(query);
        if (!state.has("interval")) {
            state.put("interval", "day");
        }
        if (state.path("breakdown") instanceof ObjectNode breakdown && !breakdown.has("limit")) {
            breakdown.put("limit", 25);
        }
        if (state.path("kind").asString("").equals("paths") && !state.has("depth")) {
            state.put("depth", 5);
        }
        return new QueryForm(state);
    }

    /** What the form shows, half-filled rows included. */
    ObjectNode state() {
        return state;
    }

    /** The question: what the form shows without the rows that are not filled in yet. */
    ObjectNode query() {
        ObjectNode query = state.deepCopy();
        dropUnfinished(query);
        if (query.path("breakdown").path("property").isMissingNode()) {
            query.remove("breakdown");
        }
        if (query.path("range") instanceof ObjectNode chosen && chosen.has("last")) {
            chosen.remove(List.of("from", "to"));
        }
        if (!query.path("order").asString("").equals("strict")) {
            query.remove("tracked");
        }
        if (query.path("timeBetween") instanceof ArrayNode ends) {
            times(ends, query);
        }
        JsonNode people = query.path("people");
        boolean empty = people.isEmpty()
                || QueryFields.isListOfRules(people) && people.get(key(people)).isEmpty();
        if (empty || !isFinished(people)) {
            query.remove("people");
        }
        return query;
    }

    /** Of the steps between which time is measured, one that is not chosen is the first or the last. */
    private static void times(ArrayNode ends, ObjectNode query) {
        boolean chosen = ends.path(0).isNumber() || ends.path(1).isNumber();
        if (!chosen) {
            query.remove("timeBetween");
            return;
        }
        query.putArray("timeBetween")
                .add(ends.path(0).isNumber() ? ends.get(0) : NODES.numberNode(1))
                .add(
                        ends.path(1).isNumber()
                                ? ends.get(1)
                                : NODES.numberNode(query.path("steps").size()));
    }

    /** The fields of a question as the part of an address behind the question mark. */
    static String address(JsonNode query) {
        return QueryFields.write(normal(query)).entrySet().stream()
                .flatMap(field -> field.getValue().stream().map(value -> field.getKey() + "=" + encoded(value)))
                .collect(Collectors.joining("&"));
    }

    /** A value of an address, readable where it may be. */
    static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8)
                .replace("%3A", ":")
                .replace("%2F", "/")
                .replace("%2C", ",");
    }

    /** Adds an empty row to a list, such as {@code filters} or {@code steps.1.any}, or the event of a single place. */
    void add(String place) {
        if (!QueryFields.isPlace(place)) {
            return;
        }
        if (place.equals("people.trait")) {
            rule(NODES.objectNode().put("trait", ""));
        } else if (place.equals("people.event")) {
            rule(NODES.objectNode().putNull("event"));
        } else if (SINGLE.contains(place)) {
            state.putObject(place).putNull("event");
        } else {
            row(Arrays.asList(place.split("\\.")));
        }
    }

    private void rule(ObjectNode rule) {
        JsonNode people = state.path("people");
        if (QueryFields.isListOfRules(people)) {
            ((ArrayNode) people.get(key(people))).add(rule);
        } else if (people.isEmpty()) {
            state.putObject("people").putArray("all").add(rule);
        } else {
            state.putObject("people").putArray("all").add(people).add(rule);
        }
    }

    private static String key(JsonNode people) {
        return people.has("all") ? "all" : "any";
    }

    private void row(List<String> segments) {
        JsonNode parent = find(segments.subList(0, segments.size() - 1));
        String name = segments.get(segments.size() - 1);
        if (!(parent instanceof ObjectNode object)
                || !(object.path(name).isMissingNode() || object.path(name).isArray())) {
            return;
        }
        ArrayNode list = object.path(name) instanceof ArrayNode known ? known : object.putArray(name);
        ObjectNode row = list.addObject();
        switch (name) {
            case "filters" -> row.put("property", "");
            case "steps" -> row.putArray("any").addObject().putNull("event");
            default -> row.putNull("event");
        }
    }

    /** Takes away a row of a list, such as {@code series.1}, or what stands at a single place. */
    void remove(String place) {
        if (SINGLE.contains(place) || place.equals("people")) {
            state.remove(place);
            return;
        }
        Matcher parts = ROW.matcher(place);
        if (parts.matches()
                && QueryFields.isPlace(place)
                && find(Arrays.asList(parts.group(1).split("\\."))) instanceof ArrayNode list) {
            int index = Integer.parseInt(parts.group(2));
            if (index < list.size()) {
                list.remove(index);
            }
        }
    }

    private @Nullable JsonNode find(List<String> segments) {
        JsonNode node = state;
        for (String segment : segments) {
            node = node.isArray() ? node.path(Integer.parseInt(segment)) : node.path(segment);
        }
        return node.isMissingNode() ? null : node;
    }

    /** Whether a condition says everything that its operator needs. */
    static boolean isComplete(JsonNode condition) {
        JsonNode name = condition.has("trait") ? condition.path("trait") : condition.path("property");
        if (name.asString("").isEmpty() && !name.isArray()) {
            return false;
        }
        String operator = condition.path("op").asString("eq");
        JsonNode value = condition.path("value");
        return !takesValue(operator)
                || value.isArray() && value.size() >= (operator.equals("between") ? 2 : 1)
                || value.isValueNode();
    }

    static boolean takesValue(String operator) {
        return !operator.equals("is_set") && !operator.equals("is_not_set");
    }

    static boolean takesList(String operator) {
        return operator.equals("in") || operator.equals("not_in") || operator.equals("between");
    }

    static List<String> operators() {
        return Arrays.stream(Operator.values())
                .map(each -> each.name().toLowerCase(Locale.ROOT))
                .toList();
    }

    private static boolean isFinished(JsonNode rule) {
        return !rule.has("trait") || isComplete(rule);
    }

    private static void dropUnfinished(JsonNode node) {
        for (String list : List.of("filters", "all", "any")) {
            if (node.path(list) instanceof ArrayNode rows) {
                for (int i = rows.size() - 1; i >= 0; i--) {
                    if (list.equals("filters") ? !isComplete(rows.get(i)) : !isFinished(rows.get(i))) {
                        rows.remove(i);
                    }
                }
            }
        }
        boolean measures = node.path("measure").isObject();
        if (node instanceof ObjectNode rule
                && measures
                && (!rule.path("measure").has("of") || !rule.path("measure").has("value"))) {
            rule.remove("measure");
        }
        if (node instanceof ObjectNode rule
                && rule.path("times").isObject()
                && !rule.path("times").has("n")) {
            rule.remove("times");
        }
        node.forEach(QueryForm::dropUnfinished);
    }

    /** Steps always as lists of matchers, as the form shows them. */
    private static JsonNode normal(JsonNode query) {
        JsonNode copy = query.deepCopy();
        for (JsonNode step : copy.path("steps")) {
            if (step instanceof ObjectNode object && !object.has("any")) {
                ObjectNode only = object.putArray("any").addObject();
                only.set("event", object.path("event").isMissingNode() ? NODES.nullNode() : object.path("event"));
                for (String name : List.of("filters", "first")) {
                    if (object.has(name)) {
                        only.set(name, object.path(name));
                    }
                }
                object.remove(List.of("event", "filters", "first"));
            }
        }
        return copy;
    }
}
