package io.opsdeck.web.insight;

import io.opsdeck.analytics.insight.Filter.Operator;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A question as the fields of a form and of an address, each named by its place in the JSON: {@code series.0.event}. So a
 * failure with a pointer finds its field, and an address holds all of a question.
 */
final class QueryForm {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final Pattern NAME = Pattern.compile("[a-zA-Z]+(\\.([a-zA-Z]+|\\d{1,2}))*");
    private static final Pattern BRACKET = Pattern.compile("(\\d{1,3})\\s*[-–~]\\s*(\\d{1,3})");
    private static final Set<String> ROOTS = Set.of(
            "kind",
            "range",
            "interval",
            "filters",
            "breakdown",
            "compare",
            "series",
            "formula",
            "cumulative",
            "steps",
            "window",
            "order",
            "exclusions",
            "exclusionMode",
            "count",
            "start",
            "return",
            "cohort",
            "mode",
            "clock",
            "periods",
            "brackets",
            "matcher",
            "newBy",
            "include",
            "by",
            "property",
            "startAt",
            "endAt",
            "depth",
            "gap",
            "minShare",
            "conversion",
            "touches",
            "touchProperty",
            "revenueProperty",
            "model",
            "lookback",
            "halfLife",
            "keyEvent",
            "keyProperty",
            "per",
            "tracked",
            "timeBetween",
            "mean",
            "people",
            "includeInternal");
    private static final Set<String> FLAGS = Set.of("cumulative", "optional", "includeInternal");
    private static final Set<String> NUMBERS = Set.of("limit", "depth", "periods", "minShare", "rolling");
    private static final Set<String> PATHS = Set.of("property", "touchProperty", "revenueProperty", "keyProperty");

    /** Parts of a question that no field of the builder shows; they travel as they are. */
    private static final Set<String> CARRIED = Set.of("people", "timeBetween", "tracked");

    private final ObjectNode state;

    private QueryForm(ObjectNode state) {
        this.state = state;
    }

    /** Reads the fields of a form; what is no field of any question is left out. */
    static QueryForm of(Map<String, String[]> parameters) {
        var root = new Branch();
        parameters.forEach((name, values) -> {
            if (NAME.matcher(name).matches() && ROOTS.contains(name.split("\\.", 2)[0])) {
                root.at(name.split("\\.")).values.addAll(Arrays.asList(values));
            }
        });
        return new QueryForm((ObjectNode) root.node("", ""));
    }

    /** Reads a question that was kept or sent as JSON. */
    static QueryForm of(JsonNode query) {
        return new QueryForm((ObjectNode) normal(query));
    }

    /** What the form shows, half-filled rows included. */
    ObjectNode state() {
        return state;
    }

    /** The question: what the form shows without the rows that are not filled in yet. */
    ObjectNode query() {
        ObjectNode query = state.deepCopy();
        dropUnfinished(query);
        for (String optional : List.of("startAt", "endAt", "keyEvent")) {
            if (query.path(optional).path("event").isNull()) {
                query.remove(optional);
            }
        }
        if (query.path("breakdown").path("property").isMissingNode()) {
            query.remove("breakdown");
        }
        JsonNode range = query.path("range");
        if (range instanceof ObjectNode chosen && chosen.has("last")) {
            chosen.remove(List.of("from", "to"));
        }
        return query;
    }

    /** The fields of a question as the part of an address behind the question mark. */
    static String address(JsonNode query) {
        Map<String, List<String>> fields = new LinkedHashMap<>();
        flatten("", normal(query), fields);
        return fields.entrySet().stream()
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

    /** Adds an empty row to a list, such as {@code filters} or {@code steps.1.any}. */
    void add(String place) {
        List<String> segments = Arrays.asList(place.split("\\."));
        if (!NAME.matcher(place).matches() || !ROOTS.contains(segments.get(0))) {
            return;
        }
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

    /** Takes a row out of a list, such as {@code series.1}. */
    void remove(String place) {
        Matcher parts = Pattern.compile("(.+)\\.(\\d{1,2})").matcher(place);
        if (parts.matches() && find(Arrays.asList(parts.group(1).split("\\."))) instanceof ArrayNode list) {
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

    /** Whether a filter says everything that its operator needs. */
    static boolean isComplete(JsonNode filter) {
        if (filter.path("property").asString("").isEmpty()
                && !filter.path("property").isArray()) {
            return false;
        }
        return !takesValue(filter.path("op").asString("eq"))
                || filter.path("value").isArray() && !filter.path("value").isEmpty()
                || filter.path("value").isValueNode();
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

    private static void dropUnfinished(JsonNode node) {
        if (node instanceof ObjectNode object && object.path("filters") instanceof ArrayNode filters) {
            for (int i = filters.size() - 1; i >= 0; i--) {
                if (!isComplete(filters.get(i))) {
                    filters.remove(i);
                }
            }
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
                if (object.has("filters")) {
                    only.set("filters", object.path("filters"));
                }
                object.remove(List.of("event", "filters"));
            }
        }
        return copy;
    }

    private static void flatten(String name, JsonNode node, Map<String, List<String>> fields) {
        String last = name.substring(name.lastIndexOf('.') + 1);
        if (CARRIED.contains(name)) {
            fields.put(name, List.of(node.toString()));
        } else if (node.isObject()) {
            node.properties()
                    .forEach(field -> flatten(
                            name.isEmpty() ? field.getKey() : name + "." + field.getKey(), field.getValue(), fields));
        } else if (node.isArray() && last.equals("value")) {
            node.forEach(value ->
                    fields.computeIfAbsent(name, key -> new ArrayList<>()).add(value.asString()));
        } else if (node.isArray() && PATHS.contains(last)) {
            fields.put(name, List.of(node.toString()));
        } else if (last.equals("brackets")) {
            List<String> pairs = new ArrayList<>();
            node.forEach(
                    pair -> pairs.add(pair.path(0).asInt() + "-" + pair.path(1).asInt()));
            fields.put(name, List.of(String.join(",", pairs)));
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                flatten(name + "." + i, node.get(i), fields);
            }
        } else {
            fields.put(name, List.of(node.isNull() ? "" : node.asString()));
        }
    }

    /** A place while the fields are read. */
    private static final class Branch {

        private static final int NO_INDEX = -1;

        private final SortedMap<String, Branch> children = new TreeMap<>(java.util.Comparator.comparingInt(
                        (String key) -> Character.isDigit(key.charAt(0)) ? Integer.parseInt(key) : NO_INDEX)
                .thenComparing(key -> key));
        private final List<String> values = new ArrayList<>();

        Branch at(String[] segments) {
            Branch branch = this;
            for (String segment : segments) {
                branch = branch.children.computeIfAbsent(segment, key -> new Branch());
            }
            return branch;
        }

        JsonNode node(String name, String parent) {
            if (children.isEmpty()) {
                return name.isEmpty() ? NODES.objectNode() : leaf(name, parent);
            }
            if (Character.isDigit(children.firstKey().charAt(0))) {
                ArrayNode list = NODES.arrayNode();
                children.values().forEach(child -> {
                    JsonNode element = child.node(name, parent);
                    list.add(element.isObject() ? element : NODES.objectNode());
                });
                return list;
            }
            ObjectNode object = NODES.objectNode();
            children.forEach((key, child) -> {
                JsonNode value = child.node(key, name);
                if (key.equals("value") && value.isArray() && !takesList(operator())) {
                    value = value.isEmpty() ? NODES.missingNode() : value.get(0);
                }
                if (!value.isMissingNode()) {
                    object.set(key, value);
                }
            });
            return object;
        }

        private String operator() {
            Branch operator = children.get("op");
            return operator == null || operator.values.isEmpty() ? "eq" : operator.values.get(0);
        }

        private JsonNode leaf(String name, String parent) {
            List<String> given = values.stream()
                    .map(String::strip)
                    .filter(each -> !each.isEmpty())
                    .toList();
            if (name.equals("event") && given.isEmpty()) {
                return NODES.nullNode();
            }
            if (name.equals("value")) {
                ArrayNode list = NODES.arrayNode();
                given.forEach(list::add);
                return list;
            }
            if (given.isEmpty()) {
                return name.equals("property") && parent.equals("filters") ? NODES.stringNode("") : NODES.missingNode();
            }
            String text = given.get(given.size() - 1);
            if (FLAGS.contains(name)) {
                return NODES.booleanNode(text.equals("true"));
            }
            boolean number =
                    NUMBERS.contains(name) || parent.equals("exclusions") && (name.equals("from") || name.equals("to"));
            if (number && text.matches("\\d{1,6}")) {
                return NODES.numberNode(Integer.parseInt(text));
            }
            if (number && text.matches("\\d{1,6}\\.\\d{1,6}")) {
                return NODES.numberNode(Double.parseDouble(text));
            }
            if (name.equals("brackets")) {
                return brackets(text);
            }
            boolean json = PATHS.contains(name) && text.startsWith("[") || CARRIED.contains(name);
            return json ? json(text) : NODES.stringNode(text);
        }

        private static JsonNode brackets(String text) {
            ArrayNode list = NODES.arrayNode();
            for (String pair : text.split("[,，、;]")) {
                Matcher ends = BRACKET.matcher(pair.strip());
                if (!ends.matches()) {
                    return NODES.stringNode(text);
                }
                list.addArray().add(Integer.parseInt(ends.group(1))).add(Integer.parseInt(ends.group(2)));
            }
            return list;
        }

        private static JsonNode json(String text) {
            try {
                return JSON.readTree(text);
            } catch (JacksonException e) {
                return NODES.stringNode(text);
            }
        }
    }
}
