package io.opsdeck.web.insight;

import io.opsdeck.analytics.insight.InsightQuery;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** One number of an answer, named in an address: {@code point.series=0&point.label=2026-11-03}. */
final class PointForm {

    private static final String PREFIX = "point.";
    private static final Set<String> FLAGS = Set.of("dropped", "converted", "unattributed");
    private static final Set<String> SECONDS = Set.of("fromSeconds", "toSeconds");
    private static final Set<String> NUMBERS = Set.of("step", "series", "cohort", "period", "intervals");

    private PointForm() {}

    /** The point as the REST API takes it. */
    static ObjectNode of(Map<String, String[]> parameters) {
        ObjectNode point = JsonNodeFactory.instance.objectNode();
        parameters.forEach((name, values) -> {
            if (!name.startsWith(PREFIX) || values.length == 0 || values[0].isEmpty()) {
                return;
            }
            String field = name.substring(PREFIX.length());
            if (NUMBERS.contains(field) && values[0].matches("\\d{1,6}")) {
                point.put(field, Integer.parseInt(values[0]));
            } else if (SECONDS.contains(field) && values[0].matches("\\d{1,12}(\\.\\d{1,6})?")) {
                point.put(field, Double.parseDouble(values[0]));
            } else if (FLAGS.contains(field)) {
                point.put(field, values[0].equals("true"));
            } else {
                point.put(field, values[0]);
            }
        });
        return point;
    }

    /** The point as the part of an address behind those of the question. */
    static String address(Map<String, String[]> parameters) {
        List<String> fields = new ArrayList<>();
        of(parameters)
                .properties()
                .forEach(field -> fields.add(PREFIX + field.getKey() + "="
                        + QueryForm.encoded(field.getValue().asString())));
        return String.join("&", fields);
    }

    /** Which number it is. */
    static String words(InsightQuery query, ObjectNode point, Words words, QueryWords queries) {
        List<String> parts = new ArrayList<>();
        int step = point.path("step").asInt(1);
        int series = point.path("series").asInt(0);
        @Nullable String label = point.path("label").asString(null);
        if (query instanceof InsightQuery.Trend trend && series < trend.series().size()) {
            parts.add(queries.line(trend.series().get(series)));
        } else if (query instanceof InsightQuery.Funnel funnel
                && step <= funnel.steps().size()) {
            String name = queries.step(funnel.steps().get(step - 1));
            parts.add(words.text(
                    point.path("dropped").asBoolean(false) ? "insight.point.dropped" : "insight.point.step",
                    step,
                    name));
        } else if (query instanceof InsightQuery.Retention) {
            parts.add(words.text(
                    "insight.point.retention",
                    point.path("cohort").asInt(0) + 1,
                    point.path("period").asInt(0)));
        } else if (query instanceof InsightQuery.Lifecycle) {
            parts.add(words.textOr(
                    "insight.state." + point.path("state").asString("new"),
                    point.path("state").asString("")));
        } else if (query instanceof InsightQuery.Stickiness stickiness) {
            parts.add(words.text(
                    "insight.bucket." + QueryWords.lower(stickiness.scope().interval()),
                    point.path("intervals").asInt(1)));
        }
        if (query instanceof InsightQuery.Funnel && point.has("fromSeconds")) {
            parts.clear();
            parts.add(words.text(
                    "insight.point.time",
                    words.duration(point.path("fromSeconds").asDouble()),
                    words.duration(point.path("toSeconds").asDouble())));
        }
        if (point.path("converted").asBoolean(false)) {
            parts.clear();
            parts.add(words.text("insight.funnel.converted"));
        }
        if (query instanceof InsightQuery.Paths) {
            String name = point.path("name").asString("");
            parts.add(words.text("insight.point.path", step));
            parts.add(
                    name.isEmpty()
                            ? point.path("from").asString("") + " → "
                                    + point.path("to").asString("")
                            : name);
        }
        if (query instanceof InsightQuery.Attributed) {
            parts.add(
                    point.path("unattributed").asBoolean(false)
                            ? words.text("insight.attribution.without")
                            : point.path("name").asString(""));
        }
        if (!point.path("breakdown").isMissingNode()) {
            parts.add(point.path("breakdown").asString(""));
        }
        if (label != null) {
            parts.add(words.interval(label));
        }
        return String.join(" · ", parts);
    }
}
