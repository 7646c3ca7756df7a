package io.opsdeck.web.insight;

import io.opsdeck.analytics.event.CanonicalText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The JSON of a question as fields of a form or of an address, each named by its place in it: {@code series.0.event}. What
 * is written is read as the same question again. A name of a property is {@code plan}, a nested one
 * {@code ["plan","tier"]}, a trait of the profile {@code profile:plan}.
 */
final class QueryFields {

    /** What stands before the name of a trait where properties of events are possible too. */
    static final String PROFILE = "profile:";

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
    private static final Set<String> NUMBERS = Set.of("limit", "depth", "periods", "minShare", "rolling", "n");
    private static final Set<String> PATHS =
            Set.of("property", "touchProperty", "revenueProperty", "keyProperty", "trait", "of");
    private static final Set<String> AS_WRITTEN = Set.of("event", "label", "formula");

    private QueryFields() {}

    static boolean isPlace(String name) {
        return NAME.matcher(name).matches() && ROOTS.contains(name.split("\\.", 2)[0]);
    }

    /** Reads fields; what is no field of any question is left out. */
    static ObjectNode read(Map<String, String[]> fields) {
        var root = new Branch();
        fields.forEach((name, values) -> {
            if (isPlace(name)) {
                root.at(name.split("\\.")).values.addAll(Arrays.asList(values));
            }
        });
        return (ObjectNode) root.node("", "");
    }

    /** The fields of a question with their values, in the order of its JSON. */
    static Map<String, List<String>> write(JsonNode query) {
        Map<String, List<String>> fields = new LinkedHashMap<>();
        write("", query, fields);
        return fields;
    }

    private static void write(String name, JsonNode node, Map<String, List<String>> fields) {
        String last = name.substring(name.lastIndexOf('.') + 1);
        if (name.equals("people") && !isListOfRules(node) || name.matches("people\\.(all|any)\\.\\d+")) {
            rule(name, node, fields);
        } else if (node.isObject() && last.equals("within")) {
            fields.put(name, List.of(within(node)));
        } else if (node.isObject()) {
            object(name, node, fields);
        } else if (PATHS.contains(last)) {
            fields.put(name, List.of(coded(node)));
        } else if (last.equals("value") && !name.endsWith("measure.value")) {
            List<String> values = new ArrayList<>();
            (node.isArray() ? node : NODES.arrayNode().add(node)).forEach(value -> values.add(codedValue(value)));
            fields.put(name, values);
        } else if (last.equals("brackets")) {
            List<String> pairs = new ArrayList<>();
            node.forEach(
                    pair -> pairs.add(pair.path(0).asInt() + "-" + pair.path(1).asInt()));
            fields.put(name, List.of(String.join(",", pairs)));
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                write(name + "." + i, node.get(i), fields);
            }
        } else if (node.isNumber()) {
            fields.put(name, List.of(CanonicalText.number(node.asString())));
        } else if (!node.isNull() || last.equals("event")) {
            fields.put(name, List.of(node.isNull() ? "" : node.asString()));
        }
    }

    private static void object(String name, JsonNode node, Map<String, List<String>> fields) {
        boolean profile = node.path("source").asString("").equals("profile");
        node.properties().forEach(field -> {
            String inner = name.isEmpty() ? field.getKey() : name + "." + field.getKey();
            if (field.getKey().equals("property") && profile) {
                fields.put(inner, List.of(PROFILE + coded(field.getValue())));
            } else if (!field.getKey().equals("source")) {
                write(inner, field.getValue(), fields);
            }
        });
    }

    /** A rule on people as fields where the form has fields for it, else as it is. */
    private static void rule(String name, JsonNode rule, Map<String, List<String>> fields) {
        if (!isOffered(rule)) {
            fields.put(name, List.of(rule.toString()));
            return;
        }
        ObjectNode shown = (ObjectNode) rule.deepCopy();
        if (isNever(shown.path("times"))) {
            shown.putObject("times").put("op", "none");
        }
        object(name, shown, fields);
    }

    static boolean isListOfRules(JsonNode people) {
        return people.size() == 1
                && (people.path("all").isArray() || people.path("any").isArray());
    }

    /** Whether the form has fields for a rule on people. */
    static boolean isOffered(JsonNode rule) {
        Set<String> names = Set.copyOf(rule.propertyNames());
        if (names.contains("trait")) {
            return Set.of("trait", "op", "value").containsAll(names);
        }
        JsonNode times = rule.path("times");
        JsonNode measure = rule.path("measure");
        return names.contains("event")
                && Set.of("event", "filters", "first", "times", "within", "measure")
                        .containsAll(names)
                && !times.path("n").isArray()
                && !measure.path("value").isArray();
    }

    static boolean isNever(JsonNode times) {
        return times.path("op").asString("").equals("eq") && times.path("n").asDouble(-1) == 0;
    }

    /** {@code last:30d}, {@code before:30d}, or two ends with dots between them. */
    static String within(JsonNode within) {
        for (String key : List.of("last", "before")) {
            if (within.has(key)) {
                return key + ":" + within.path(key).asString("");
            }
        }
        return within.isEmpty()
                ? ""
                : within.path("from").asString("") + ".." + within.path("to").asString("");
    }

    /** The name of a property as a field holds it. */
    static String coded(JsonNode path) {
        if (path.isArray()) {
            return path.toString();
        }
        String name = path.asString("");
        boolean odd = name.startsWith("[") || name.startsWith(PROFILE) || !name.equals(name.strip());
        return odd ? NODES.arrayNode().add(name).toString() : name;
    }

    /** A value as a field holds it: a text that would be lost there, such as an empty one, in quotation marks. */
    static String codedValue(JsonNode value) {
        if (value.isNumber()) {
            return CanonicalText.number(value.asString());
        }
        String text = value.asString("");
        boolean odd = text.isEmpty() || text.startsWith("\"") || !text.equals(text.strip());
        return odd ? NODES.stringNode(text).toString() : text;
    }

    private static @Nullable JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JacksonException e) {
            return null;
        }
    }

    /** A place while the fields are read. */
    private static final class Branch {

        private static final int NO_INDEX = -1;

        private final SortedMap<String, Branch> children = new TreeMap<>(Comparator.comparingInt(
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
            return Character.isDigit(children.firstKey().charAt(0)) ? list(name, parent) : object(name);
        }

        private ArrayNode list(String name, String parent) {
            ArrayNode list = NODES.arrayNode();
            children.values().forEach(child -> {
                if (name.equals("timeBetween")) {
                    JsonNode step = number(child.text());
                    list.add(step.isMissingNode() ? NODES.nullNode() : step);
                    return;
                }
                JsonNode element = child.children.isEmpty() ? opaque(child.text()) : child.node(name, parent);
                list.add(element.isObject() ? element : NODES.objectNode());
            });
            return list;
        }

        private ObjectNode object(String name) {
            ObjectNode object = NODES.objectNode();
            children.forEach((key, child) -> {
                JsonNode value = child.node(key, name);
                if (key.equals("value") && value.isArray() && !QueryForm.takesList(operator())) {
                    value = value.isEmpty() ? NODES.missingNode() : value.get(0);
                }
                if (!value.isMissingNode()) {
                    object.set(key, value);
                }
            });
            String property = object.path("property").asString("");
            if ((name.equals("filters") || name.equals("breakdown")) && property.startsWith(PROFILE)) {
                object.put("source", "profile");
                object.set("property", path(property.substring(PROFILE.length())));
            }
            if (object.path("times").path("op").asString("").equals("none")) {
                object.putObject("times").put("op", "eq").put("n", 0);
            }
            if (name.equals("people")) {
                match(object);
            }
            return object;
        }

        /** Whether all or any of the rules have to hold is a field of its own. */
        private static void match(ObjectNode people) {
            JsonNode match = people.remove("match");
            if (match == null || !List.of("all", "any").contains(match.asString(""))) {
                return;
            }
            String other = match.asString("").equals("all") ? "any" : "all";
            if (people.has(other)) {
                people.set(match.asString(""), people.remove(other));
            }
        }

        private String operator() {
            Branch operator = children.get("op");
            return operator == null || operator.values.isEmpty() ? "eq" : operator.values.get(0);
        }

        private String text() {
            return values.isEmpty() ? "" : values.get(values.size() - 1);
        }

        private JsonNode leaf(String name, String parent) {
            if (name.equals("value") && !parent.equals("measure")) {
                ArrayNode list = NODES.arrayNode();
                values.stream().filter(value -> !value.isBlank()).forEach(value -> list.add(value(value)));
                return list;
            }
            List<String> given = values.stream().filter(each -> !each.isBlank()).toList();
            if (given.isEmpty()) {
                return switch (name) {
                    case "event" -> NODES.nullNode();
                    case "trait" -> NODES.stringNode("");
                    case "property" -> parent.equals("filters") ? NODES.stringNode("") : NODES.missingNode();
                    default -> NODES.missingNode();
                };
            }
            String written = given.get(given.size() - 1);
            String text = AS_WRITTEN.contains(name) ? written : written.strip();
            if (FLAGS.contains(name)) {
                return NODES.booleanNode(text.equals("true"));
            }
            boolean bound = parent.equals("exclusions") && (name.equals("from") || name.equals("to"));
            if (NUMBERS.contains(name) || bound || name.equals("value")) {
                return number(text);
            }
            if (PATHS.contains(name)) {
                return path(text);
            }
            return switch (name) {
                case "brackets" -> brackets(text);
                case "within" -> within(text);
                case "people" -> opaque(text);
                default -> NODES.stringNode(text);
            };
        }

        private static String value(String text) {
            JsonNode quoted = text.startsWith("\"") ? json(text) : null;
            return quoted != null && quoted.isString() ? quoted.asString() : text.strip();
        }

        private static JsonNode path(String text) {
            JsonNode names = text.startsWith("[") ? json(text) : null;
            return names != null && names.isArray() ? names : NODES.stringNode(text);
        }

        private static JsonNode number(String text) {
            if (text.isBlank()) {
                return NODES.missingNode();
            }
            if (text.strip().matches("\\d{1,9}")) {
                return NODES.numberNode(Integer.parseInt(text.strip()));
            }
            return CanonicalText.isNumeric(text.strip())
                    ? NODES.numberNode(CanonicalText.numeric(text.strip()))
                    : NODES.stringNode(text);
        }

        private static JsonNode within(String text) {
            ObjectNode within = NODES.objectNode();
            int dots = text.indexOf("..");
            int colon = text.indexOf(':');
            if (dots > 0) {
                return within.put("from", text.substring(0, dots)).put("to", text.substring(dots + 2));
            }
            return colon > 0 ? within.put(text.substring(0, colon), text.substring(colon + 1)) : NODES.stringNode(text);
        }

        /** Part of a question that the form has no fields for. */
        private static JsonNode opaque(String text) {
            JsonNode node = text.startsWith("{") ? json(text) : null;
            return node == null ? NODES.missingNode() : node;
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
    }
}
