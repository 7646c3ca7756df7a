package io.opsdeck.web.insight;

import io.opsdeck.analytics.insight.InsightKind;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What a new question of each kind asks before anybody changes it, and what it asks where he leaves something open. */
final class FirstQuestion {

    private static final Pattern LAST = Pattern.compile("(\\d{1,5})(month|m|h|d|w).*");

    private FirstQuestion() {}

    /** @param events names of events, the most frequent first */
    static ObjectNode of(InsightKind kind, List<String> events) {
        ObjectNode query = JsonNodeFactory.instance.objectNode();
        query.put("kind", kind.name().toLowerCase(Locale.ROOT));
        switch (kind) {
            case TREND -> event(query.putArray("series").addObject(), events, 0);
            case FUNNEL -> {
                var steps = query.putArray("steps");
                event(steps.addObject().putArray("any").addObject(), events, 0);
                event(steps.addObject().putArray("any").addObject(), events, events.size() > 1 ? 1 : 0);
            }
            case RETENTION -> {
                query.putObject("start").putNull("event");
                query.putObject("return").putNull("event");
            }
            case LIFECYCLE, STICKINESS -> query.putObject("matcher").putNull("event");
            case PATHS -> query.put("depth", 4);
            case ATTRIBUTION -> {
                event(query.putObject("conversion"), events, 0);
                query.putArray("touches").addObject().putNull("event");
            }
        }
        return query;
    }

    private static void event(ObjectNode matcher, List<String> events, int index) {
        if (events.size() > index) {
            matcher.put("event", events.get(index));
        } else {
            matcher.putNull("event");
        }
    }

    /** Fills in the time and the interval where nobody chose them. */
    static void complete(ObjectNode query, InsightKind kind) {
        if (!query.has("range")) {
            boolean slow = kind == InsightKind.RETENTION || kind == InsightKind.LIFECYCLE;
            query.putObject("range").put("last", slow ? "90d" : "30d");
        }
        if (query.has("breakdown")
                && query.path("breakdown") instanceof ObjectNode breakdown
                && !breakdown.has("limit")) {
            breakdown.put("limit", 5);
        }
        for (JsonNode series : query.path("series")) {
            String measure = series.path("measure").asString("");
            boolean rolling = measure.equals("active") || measure.equals("stickiness");
            if (series instanceof ObjectNode object && rolling && !object.has("rolling")) {
                object.put("rolling", measure.equals("active") ? 7 : 30);
            } else if (series instanceof ObjectNode object && !rolling) {
                object.remove("rolling");
            }
        }
        if (!query.has("interval")) {
            query.put("interval", interval(query, kind));
        }
    }

    /** The interval that makes a chart neither crowded nor empty. */
    private static String interval(ObjectNode query, InsightKind kind) {
        long days = days(query).orElse(30L);
        boolean slow = kind == InsightKind.RETENTION || kind == InsightKind.LIFECYCLE;
        if (days <= 2) {
            return slow ? "day" : "hour";
        }
        if (days <= (slow ? 31 : 93)) {
            return "day";
        }
        return days <= 400 ? "week" : "month";
    }

    private static Optional<Long> days(ObjectNode query) {
        var range = query.path("range");
        Matcher last = LAST.matcher(range.path("last").asString(""));
        if (last.matches()) {
            long amount = Long.parseLong(last.group(1));
            return Optional.of(
                    switch (last.group(2)) {
                        case "m", "h" -> 1L;
                        case "d" -> amount;
                        case "w" -> 7 * amount;
                        default -> 30 * amount;
                    });
        }
        try {
            LocalDate from = LocalDate.parse(start(range.path("from").asString("")));
            LocalDate to = LocalDate.parse(start(range.path("to").asString("")));
            return Optional.of(ChronoUnit.DAYS.between(from, to) + 1);
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static String start(String text) {
        return text.substring(0, Math.min(text.length(), "2026-11-03".length()));
    }
}
