package io.opsdeck.web.insight;

import io.opsdeck.analytics.insight.Filter.Operator;
import io.opsdeck.analytics.insight.InsightKind;
import io.opsdeck.analytics.insight.InsightQuery;
import io.opsdeck.analytics.insight.InsightQuery.Measure;
import io.opsdeck.analytics.insight.QueryReader;
import io.opsdeck.core.error.OpsdeckException;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Questions of every kind with every field, as other services may send them, with names that are hard on forms. */
final class RandomQuestions {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final List<String> EVENTS =
            List.of("Paid", "提交订单", "a b&c=d", "x.y", "[odd]", "\"quoted\"", " blank ", "profile:x", "<b>", "1");
    private static final List<String> NAMES =
            List.of("plan", "profile:plan", "[x]", "[\"x\"]", "a.b", " lead", "手机型号", "\"q\"", "%41+", "trait");
    private static final List<String> VALUES =
            List.of("pro", "", " ", " x ", "\"pro\"", "\"", "42.0", "[1]", "{}", "a,b", "提交", "true", "<>&'");
    private static final List<String> SPANS = List.of("30m", "12h", "1d", "2w", "90s");
    private static final List<String> TWO_DAYS = List.of("2026-01-01", "2026-11-09");

    private final Random random;
    private final QueryReader reader;

    RandomQuestions(long seed, QueryReader reader) {
        this.random = new Random(seed);
        this.reader = reader;
    }

    /** A question of this kind that can be read. */
    ObjectNode valid(InsightKind kind) {
        while (true) {
            ObjectNode query = any(kind);
            try {
                InsightQuery read = reader.read(query);
                if (read != null) {
                    return query;
                }
            } catch (OpsdeckException refused) {
                // Another one is made.
            }
        }
    }

    private ObjectNode any(InsightKind kind) {
        ObjectNode query = NODES.objectNode();
        query.put("kind", lower(kind));
        query.set("range", range());
        maybe(() -> query.put("interval", of("minute", "hour", "day", "week", "month")));
        maybe(() -> filters(query));
        maybe(() -> query.set("people", rule(0)));
        maybe(() -> query.put("includeInternal", random.nextBoolean()));
        if (kind == InsightKind.TREND || kind == InsightKind.FUNNEL || kind == InsightKind.RETENTION) {
            maybe(() -> breakdown(query.putObject("breakdown")));
        }
        switch (kind) {
            case TREND -> trend(query);
            case FUNNEL -> funnel(query);
            case RETENTION -> retention(query);
            case LIFECYCLE -> {
                query.set("matcher", matcher());
                maybe(() -> query.put("newBy", of("first_event", "created")));
            }
            case STICKINESS -> {
                query.set("matcher", matcher());
                maybe(() -> query.put("cumulative", random.nextBoolean()));
            }
            case PATHS -> paths(query);
            case ATTRIBUTION -> attribution(query);
        }
        return query;
    }

    private void trend(ObjectNode query) {
        maybe(() -> query.put("compare", of("none", "previous", "year")));
        some(query.putArray("series"), 1, list -> {
            ObjectNode series = list.addObject();
            fill(series);
            Measure measure = Measure.values()[random.nextInt(Measure.values().length)];
            maybe(() -> series.put("label", of("A name", " name", "")));
            if (measure != Measure.TOTAL || random.nextBoolean()) {
                series.put("measure", lower(measure));
            }
            if (measure.needsProperty()) {
                series.set("property", name());
            }
            if (measure.isRolling()) {
                series.put("rolling", 1 + random.nextInt(40));
            }
        });
        maybe(() -> query.put("formula", of("A*100", "A / 2", "B/A")));
        maybe(() -> query.put("cumulative", random.nextBoolean()));
    }

    private void funnel(ObjectNode query) {
        String order = of("sequential", "strict", "any");
        maybe(() -> query.put("order", order));
        some(query.putArray("steps"), 1, list -> {
            ObjectNode step = list.addObject();
            if (random.nextBoolean()) {
                fill(step);
            } else {
                some(step.putArray("any"), 1, any -> any.add(matcher()));
            }
            maybe(() -> step.put("label", of("A step", "步骤")));
            maybe(() -> step.put("optional", random.nextInt(3) == 0));
            maybe(() -> step.put("minGap", of("5m", "0s")));
            maybe(() -> step.put("maxGap", of("1d", "3h")));
        });
        int steps = query.path("steps").size();
        maybe(() -> query.put("window", of("14d", "30m", "2w")));
        maybe(() -> query.put("exclusionMode", of("person", "chain")));
        maybe(() -> query.put("count", of("unique", "total")));
        maybe(() -> some(query.putArray("exclusions"), 0, list -> {
            ObjectNode exclusion = list.addObject();
            exclusion.put("event", event());
            maybe(() -> filters(exclusion));
            maybe(() -> exclusion.put("from", 1 + random.nextInt(steps)));
            maybe(() -> exclusion.put("to", 1 + random.nextInt(steps)));
        }));
        maybe(() -> some(query.putArray("tracked"), 0, list -> list.add(matcher())));
        maybe(() -> query.putArray("timeBetween").add(1 + random.nextInt(steps)).add(1 + random.nextInt(steps)));
    }

    private void retention(ObjectNode query) {
        query.set("start", matcher());
        query.set("return", matcher());
        maybe(() -> query.put("cohort", of("first", "recurring")));
        maybe(() -> query.put("mode", of("on", "on_or_after")));
        maybe(() -> query.put("clock", of("calendar", "rolling24")));
        maybe(() -> query.put("mean", of("weighted", "simple")));
        maybe(() -> query.put("periods", 1 + random.nextInt(60)));
        maybe(() -> some(query.putArray("brackets"), 0, list -> {
            int from = random.nextInt(300);
            list.addArray().add(from).add(from + random.nextInt(90));
        }));
    }

    private void paths(ObjectNode query) {
        maybe(() -> some(query.putArray("include"), 0, list -> list.add(matcher())));
        maybe(() -> query.put("by", "property").set("property", name()));
        maybe(() -> query.set("startAt", matcher()));
        maybe(() -> query.set("endAt", matcher()));
        maybe(() -> query.put("depth", 2 + random.nextInt(7)));
        maybe(() -> query.put("gap", of("30m", "1d")));
        maybe(() -> query.put("minShare", of(0.0, 0.01, 0.05, 0.125, 1.0)));
    }

    private void attribution(ObjectNode query) {
        query.set("conversion", matcher());
        some(query.putArray("touches"), 1, list -> list.add(matcher()));
        query.set("touchProperty", name());
        maybe(() -> query.set("revenueProperty", name()));
        maybe(() -> query.put("model", of("first", "last", "last_non_direct", "linear", "position", "time_decay")));
        maybe(() -> query.put("lookback", of("30d", "12h")));
        maybe(() -> query.put("halfLife", of("7d", "90m")));
        maybe(() -> {
            query.set("keyEvent", matcher());
            maybe(() -> query.set("keyProperty", name()));
        });
        maybe(() -> query.put("per", of("conversion", "person")));
    }

    private ObjectNode range() {
        ObjectNode range = NODES.objectNode();
        return switch (random.nextInt(4)) {
            case 0 -> range.put("from", TWO_DAYS.get(0)).put("to", TWO_DAYS.get(1));
            case 1 -> range.put("from", "2026-10-01T10:20:30.123Z").put("to", "2026-11-01T00:00:00Z");
            default ->
                range.put(
                        "last",
                        of(
                                "1d",
                                "7d",
                                "90d",
                                "500d",
                                "24h",
                                "45m",
                                "3w",
                                "2month",
                                "1month",
                                "1 complete month",
                                "2 quarters",
                                "1y"));
        };
    }

    private void breakdown(ObjectNode breakdown) {
        maybe(() -> breakdown.put("source", of("event", "profile")));
        breakdown.set("property", name());
        maybe(() -> breakdown.put("limit", 1 + random.nextInt(60)));
        maybe(() -> breakdown.put("attribution", of("first", "last", "all", "step:1", "step:2")));
    }

    private ObjectNode matcher() {
        ObjectNode matcher = NODES.objectNode();
        fill(matcher);
        return matcher;
    }

    private void fill(ObjectNode matcher) {
        matcher.put("event", event());
        maybe(() -> filters(matcher));
        maybe(() -> matcher.put("first", of("ever", "matching")));
    }

    private @Nullable String event() {
        return random.nextInt(6) == 0 ? null : EVENTS.get(random.nextInt(EVENTS.size()));
    }

    private JsonNode name() {
        if (random.nextInt(4) == 0) {
            return NODES.arrayNode().add("address").add(NAMES.get(random.nextInt(NAMES.size())));
        }
        return NODES.stringNode(NAMES.get(random.nextInt(NAMES.size())));
    }

    private void filters(ObjectNode owner) {
        some(owner.putArray("filters"), 0, list -> {
            ObjectNode filter = list.addObject();
            maybe(() -> filter.put("source", of("event", "profile")));
            filter.set("property", name());
            condition(filter);
        });
    }

    private void condition(ObjectNode condition) {
        Operator operator = Operator.values()[random.nextInt(Operator.values().length)];
        if (operator != Operator.EQ || random.nextBoolean()) {
            condition.put("op", lower(operator));
        }
        switch (operator) {
            case IS_SET, IS_NOT_SET -> {}
            case GT, GTE, LT, LTE -> condition.put("value", of(1.0, 2.50, -3.0, 1e9));
            case BETWEEN -> condition.putArray("value").add(18).add(of("30", "2.5"));
            case BEFORE, AFTER -> condition.put("value", "2026-01-01T00:00:00Z");
            case IN, NOT_IN -> some(condition.putArray("value"), 1, list -> list.add(value()));
            case EQ, NEQ -> {
                switch (random.nextInt(4)) {
                    case 0 -> condition.put("value", of(42.0, 0.5, 7.0));
                    case 1 -> condition.put("value", random.nextBoolean());
                    default -> condition.put("value", value());
                }
            }
            case CONTAINS, NOT_CONTAINS, STARTS_WITH, ENDS_WITH -> condition.put("value", value());
        }
    }

    private String value() {
        return VALUES.get(random.nextInt(VALUES.size()));
    }

    private ObjectNode rule(int depth) {
        ObjectNode rule = NODES.objectNode();
        switch (random.nextInt(depth > 2 ? 4 : 8)) {
            case 0, 1 -> {
                rule.set("trait", name());
                condition(rule);
            }
            case 2, 3 -> did(rule);
            case 4, 5 ->
                some(rule.putArray(random.nextBoolean() ? "all" : "any"), 1, list -> list.add(rule(depth + 1)));
            case 6 -> rule.set("not", rule(depth + 1));
            default -> {
                if (random.nextBoolean()) {
                    rule.putArray("people").add(new UUID(1, random.nextLong()).toString());
                } else {
                    rule.putArray("sequence").add(matcher()).add(matcher());
                    maybe(() -> rule.put("gap", of("1d", "30m")));
                    maybe(() -> rule.set("within", range()));
                }
            }
        }
        return rule;
    }

    private void did(ObjectNode rule) {
        fill(rule);
        maybe(() -> {
            ObjectNode times = rule.putObject("times");
            maybe(() -> times.put("op", of("gte", "lte", "eq", "gt", "lt", "neq")));
            times.put("n", random.nextInt(4));
        });
        maybe(() ->
                rule.set("within", random.nextInt(3) == 0 ? NODES.objectNode().put("before", "30d") : range()));
        maybe(() -> {
            ObjectNode measure = rule.putObject("measure");
            measure.set("of", name());
            maybe(() -> measure.put("as", of("sum", "average", "min", "max")));
            if (random.nextInt(4) == 0) {
                measure.put("op", "between").putArray("value").add(1).add(2);
            } else {
                maybe(() -> measure.put("op", of("gte", "lt", "eq")));
                measure.put("value", of(100.0, 0.25, 3.0));
            }
        });
    }

    private void maybe(Runnable change) {
        if (random.nextInt(3) == 0) {
            change.run();
        }
    }

    private void some(ArrayNode list, int least, Consumer<ArrayNode> element) {
        int size = least + random.nextInt(3);
        for (int i = 0; i < size; i++) {
            element.accept(list);
        }
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    @SafeVarargs
    private <T> T of(T... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
