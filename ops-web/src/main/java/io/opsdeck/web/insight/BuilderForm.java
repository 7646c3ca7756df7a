package io.opsdeck.web.insight;

import io.opsdeck.analytics.insight.InsightQuery.Measure;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/**
 * The fields of the builder as its template shows them, row by row.
 *
 * @param errors what is wrong, by the name of the field
 */
public record BuilderForm(JsonNode state, Map<String, String> errors) {

    /** One condition; it counts as soon as it is complete. */
    public record FilterRow(
            String name,
            String event,
            String property,
            String operator,
            List<String> values,
            boolean takesValue,
            boolean takesList,
            boolean complete) {}

    /** Some events; an empty name means any. */
    public record MatcherRow(String name, String event, String first, List<FilterRow> filters) {}

    /** A line of a trend. */
    public record SeriesRow(
            String letter,
            MatcherRow matcher,
            String measure,
            boolean needsProperty,
            boolean rolling,
            String window,
            String property,
            String label) {}

    /** A step of a funnel, done by any of its events. */
    public record StepRow(
            String name,
            int number,
            List<MatcherRow> any,
            String label,
            boolean optional,
            String minGap,
            String maxGap) {}

    /** What must not happen between two steps. */
    public record ExclusionRow(MatcherRow matcher, int from, int to) {}

    /** The text of a field, empty without one. */
    public String text(String name) {
        JsonNode node = state;
        for (String segment : name.split("\\.")) {
            node = node.isArray() ? node.path(Integer.parseInt(segment)) : node.path(segment);
        }
        return property(node);
    }

    /** What is wrong with a field, or empty. */
    public String error(String name) {
        return errors.getOrDefault(name, "");
    }

    public List<FilterRow> filters() {
        return filters("", state, "");
    }

    public MatcherRow matcher(String name) {
        return matcher(name, state.path(name));
    }

    public List<MatcherRow> matchers(String name) {
        List<MatcherRow> rows = new ArrayList<>();
        for (int i = 0; i < state.path(name).size(); i++) {
            rows.add(matcher(name + "." + i, state.path(name).get(i)));
        }
        return rows;
    }

    public List<SeriesRow> series() {
        List<SeriesRow> rows = new ArrayList<>();
        for (int i = 0; i < state.path("series").size(); i++) {
            JsonNode series = state.path("series").get(i);
            String measure = series.path("measure").asString("total");
            rows.add(new SeriesRow(
                    String.valueOf((char) ('A' + i)),
                    matcher("series." + i, series),
                    measure,
                    is(measure, Measure::needsProperty),
                    is(measure, Measure::isRolling),
                    property(series.path("rolling")),
                    property(series.path("property")),
                    property(series.path("label"))));
        }
        return rows;
    }

    public List<StepRow> steps() {
        List<StepRow> rows = new ArrayList<>();
        for (int i = 0; i < state.path("steps").size(); i++) {
            JsonNode step = state.path("steps").get(i);
            List<MatcherRow> any = new ArrayList<>();
            for (int j = 0; j < step.path("any").size(); j++) {
                any.add(matcher("steps." + i + ".any." + j, step.path("any").get(j)));
            }
            rows.add(new StepRow(
                    "steps." + i,
                    i + 1,
                    any,
                    property(step.path("label")),
                    step.path("optional").asBoolean(false),
                    property(step.path("minGap")),
                    property(step.path("maxGap"))));
        }
        return rows;
    }

    public List<ExclusionRow> exclusions() {
        List<ExclusionRow> rows = new ArrayList<>();
        int steps = state.path("steps").size();
        for (int i = 0; i < state.path("exclusions").size(); i++) {
            JsonNode exclusion = state.path("exclusions").get(i);
            rows.add(new ExclusionRow(
                    matcher("exclusions." + i, exclusion),
                    exclusion.path("from").asInt(1),
                    exclusion.path("to").asInt(steps)));
        }
        return rows;
    }

    /** The event whose properties are suggested where a field is about all of the question. */
    public String mainEvent() {
        for (String place : List.of("series.0.event", "steps.0.any.0.event", "matcher.event", "start.event")) {
            if (!text(place).isEmpty()) {
                return text(place);
            }
        }
        return "";
    }

    private static MatcherRow matcher(String name, JsonNode node) {
        String event = property(node.path("event"));
        return new MatcherRow(name, event, property(node.path("first")), filters(name + ".", node, event));
    }

    private static List<FilterRow> filters(String prefix, JsonNode node, String event) {
        List<FilterRow> rows = new ArrayList<>();
        for (int i = 0; i < node.path("filters").size(); i++) {
            JsonNode filter = node.path("filters").get(i);
            String operator = filter.path("op").asString("eq");
            List<String> values = new ArrayList<>();
            JsonNode value = filter.path("value");
            if (value.isArray()) {
                value.forEach(each -> values.add(each.asString("")));
            } else if (value.isValueNode()) {
                values.add(value.asString(""));
            }
            rows.add(new FilterRow(
                    prefix + "filters." + i,
                    event,
                    property(filter.path("property")),
                    operator,
                    values,
                    QueryForm.takesValue(operator),
                    QueryForm.takesList(operator),
                    QueryForm.isComplete(filter)));
        }
        return rows;
    }

    private static boolean is(String measure, Predicate<Measure> kind) {
        return Arrays.stream(Measure.values())
                .filter(each -> each.name().toLowerCase(Locale.ROOT).equals(measure))
                .anyMatch(kind);
    }

    private static String property(JsonNode node) {
        if (node.isMissingNode() || node.isNull()) {
            return "";
        }
        if (node.isArray() && !node.isEmpty() && node.get(0).isArray()) {
            List<String> pairs = new ArrayList<>();
            node.forEach(pair ->
                    pairs.add(pair.path(0).asString() + "-" + pair.path(1).asString()));
            return String.join(", ", pairs);
        }
        return node.isContainer() ? node.toString() : node.asString();
    }
}
