package io.opsdeck.web.insight;

import io.opsdeck.analytics.event.CanonicalText;
import io.opsdeck.analytics.insight.InsightQuery.Measure;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The fields of the builder as its template shows them, row by row.
 *
 * @param errors what is wrong, by the name of the field
 */
public record BuilderForm(JsonNode state, Map<String, String> errors, Ranges ranges) {

    /** The name of a property: as a field holds it, as it is read, and whether it is a trait of the profile. */
    public record Named(String code, String name, boolean profile) {

        public boolean isEmpty() {
            return code.isEmpty();
        }
    }

    /** A value: as a field holds it, and as it is read. */
    public record Value(String code, String text) {}

    /**
     * One condition; it counts as soon as it is complete.
     *
     * @param field the last part of the name of the field that says what it is about
     * @param of which names are suggested there
     */
    public record FilterRow(
            String name,
            String field,
            String of,
            String event,
            Named property,
            String operator,
            List<Value> values,
            boolean takesValue,
            boolean takesList,
            boolean complete) {}

    /** Which numbers the events of a person have to add up to. */
    public record MeasureRow(Named of, String as, String operator, String value) {}

    /**
     * A rule on people: a trait, or what they did.
     *
     * @param trait null where it is about events
     * @param did null where it is about a trait
     * @param other the rule as it is, where it is neither and the form has no fields for it, or empty
     */
    public record RuleRow(
            String name,
            @Nullable FilterRow trait,
            @Nullable MatcherRow did,
            String times,
            String number,
            List<Ranges.Choice> within,
            @Nullable MeasureRow measure,
            String other) {}

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
            Named property,
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
        return plain(node);
    }

    /** What is wrong with a field, or empty. */
    public String error(String name) {
        return errors.getOrDefault(name, "");
    }

    /** The name of a property in a field. */
    public Named property(String name) {
        int dot = name.lastIndexOf('.');
        JsonNode owner = dot < 0 ? state : state.path(name.substring(0, dot));
        return named(
                owner.path(name.substring(dot + 1)),
                owner.path("source").asString("").equals("profile"));
    }

    /** Whether there is an event at a place that may have one. */
    public boolean has(String name) {
        return state.path(name).isObject();
    }

    /** The options of a choice, with what is chosen even if it is none of them. */
    public List<String> options(String name, List<String> known) {
        String chosen = text(name);
        List<String> options = new ArrayList<>(known);
        if (!chosen.isEmpty() && !options.contains(chosen)) {
            options.add(chosen);
        }
        return options;
    }

    public boolean isCustomRange() {
        return ranges.isCustom(state);
    }

    public List<Ranges.Choice> rollingRanges() {
        return ranges.rolling(state);
    }

    public List<Ranges.Choice> exactRanges() {
        return ranges.exact(state);
    }

    /** Whether people have to meet all rules, or any of them. */
    public String match() {
        return state.path("people").has("any") ? "any" : "all";
    }

    public List<RuleRow> rules() {
        JsonNode people = state.path("people");
        if (people.isEmpty()) {
            return List.of();
        }
        if (!QueryFields.isListOfRules(people)) {
            return List.of(rule("people", people));
        }
        List<RuleRow> rows = new ArrayList<>();
        for (int i = 0; i < people.path(match()).size(); i++) {
            rows.add(rule("people." + match() + "." + i, people.path(match()).get(i)));
        }
        return rows;
    }

    private RuleRow rule(String name, JsonNode rule) {
        if (!QueryFields.isOffered(rule)) {
            return new RuleRow(name, null, null, "", "", List.of(), null, rule.toString());
        }
        if (rule.has("trait")) {
            FilterRow trait = condition(name, "trait", "profile", "", rule, named(rule.path("trait"), false));
            return new RuleRow(name, trait, null, "", "", List.of(), null, "");
        }
        JsonNode times = rule.path("times");
        String within = QueryFields.within(rule.path("within"));
        JsonNode measure = rule.path("measure");
        return new RuleRow(
                name,
                null,
                matcher(name, rule),
                QueryFields.isNever(times) ? "none" : times.path("op").asString("gte"),
                times.path("n").isNumber()
                        ? CanonicalText.number(times.path("n").asString())
                        : "1",
                ranges.within(within),
                new MeasureRow(
                        named(measure.path("of"), false),
                        measure.path("as").asString("sum"),
                        measure.path("op").asString("gte"),
                        measure.path("value").isNumber()
                                ? CanonicalText.number(measure.path("value").asString())
                                : plain(measure.path("value"))),
                "");
    }

    /** Fields that the form of this kind does not show, kept as they are. */
    public List<Value> unseen() {
        String kind = text("kind");
        List<Value> unseen = new ArrayList<>();
        boolean steady = kind.equals("paths") || kind.equals("attribution");
        unseen("interval", steady, unseen);
        unseen("breakdown.attribution", !kind.equals("funnel"), unseen);
        unseen("exclusionMode", kind.equals("funnel") && exclusions().isEmpty(), unseen);
        unseen("halfLife", kind.equals("attribution") && !text("model").equals("time_decay"), unseen);
        if (!isCustomRange() && !state.path("range").has("last")) {
            unseen("range.from", true, unseen);
            unseen("range.to", true, unseen);
        }
        List<LocalDate> days = ranges.days(state);
        if (!days.isEmpty()) {
            // Whoever wants days of their own begins with those that are shown.
            unseen.add(new Value("range.from", days.get(0).toString()));
            unseen.add(new Value("range.to", days.get(1).toString()));
        }
        return unseen;
    }

    private void unseen(String name, boolean hidden, List<Value> unseen) {
        if (hidden && !text(name).isEmpty()) {
            unseen.add(new Value(name, text(name)));
        }
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
                    plain(series.path("rolling")),
                    named(series.path("property"), false),
                    plain(series.path("label"))));
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
                    plain(step.path("label")),
                    step.path("optional").asBoolean(false),
                    plain(step.path("minGap")),
                    plain(step.path("maxGap"))));
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
        String event = plain(node.path("event"));
        return new MatcherRow(name, event, plain(node.path("first")), filters(name + ".", node, event));
    }

    private static List<FilterRow> filters(String prefix, JsonNode node, String event) {
        List<FilterRow> rows = new ArrayList<>();
        for (int i = 0; i < node.path("filters").size(); i++) {
            JsonNode filter = node.path("filters").get(i);
            boolean profile = filter.path("source").asString("").equals("profile");
            Named property = named(filter.path("property"), profile);
            rows.add(condition(prefix + "filters." + i, "property", "all", event, filter, property));
        }
        return rows;
    }

    private static FilterRow condition(
            String name, String field, String of, String event, JsonNode condition, Named property) {
        String operator = condition.path("op").asString("eq");
        List<Value> values = new ArrayList<>();
        JsonNode value = condition.path("value");
        if (value.isArray()) {
            value.forEach(each -> values.add(value(each)));
        } else if (value.isValueNode() && !value.isNull()) {
            values.add(value(value));
        }
        return new FilterRow(
                name,
                field,
                of,
                event,
                property,
                operator,
                values,
                QueryForm.takesValue(operator),
                QueryForm.takesList(operator),
                QueryForm.isComplete(condition));
    }

    private static Value value(JsonNode value) {
        String code = QueryFields.codedValue(value);
        return new Value(code, value.asString("").isBlank() ? code : value.asString(""));
    }

    private static Named named(JsonNode path, boolean profile) {
        String code = QueryFields.coded(path);
        List<String> names = new ArrayList<>();
        path.forEach(name -> names.add(name.asString("")));
        String name = path.isArray() ? String.join(".", names) : path.asString("");
        return new Named(profile ? QueryFields.PROFILE + code : code, name, profile);
    }

    private static boolean is(String measure, Predicate<Measure> kind) {
        return Arrays.stream(Measure.values())
                .filter(each -> each.name().toLowerCase(Locale.ROOT).equals(measure))
                .anyMatch(kind);
    }

    private static String plain(JsonNode node) {
        if (node.isMissingNode() || node.isNull() || node.isArray() && node.isEmpty()) {
            return "";
        }
        if (node.isArray() && !node.isEmpty() && node.get(0).isArray()) {
            List<String> pairs = new ArrayList<>();
            node.forEach(pair ->
                    pairs.add(pair.path(0).asString() + "-" + pair.path(1).asString()));
            return String.join(", ", pairs);
        }
        if (node.isNumber()) {
            return CanonicalText.number(node.asString());
        }
        return node.isContainer() ? node.toString() : node.asString();
    }
}
