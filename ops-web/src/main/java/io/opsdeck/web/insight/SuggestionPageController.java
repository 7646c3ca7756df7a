package io.opsdeck.web.insight;

import io.opsdeck.analytics.event.EventDictionary;
import io.opsdeck.analytics.event.EventDictionary.EventDefinition;
import io.opsdeck.analytics.event.EventDictionary.PropertyDefinition;
import io.opsdeck.analytics.insight.InsightResult;
import io.opsdeck.analytics.insight.Insights;
import io.opsdeck.core.error.OpsdeckException;
import io.opsdeck.core.member.Access;
import io.opsdeck.core.security.Permission;
import io.opsdeck.web.people.ContactSight;
import io.opsdeck.web.security.Caller;
import io.opsdeck.web.security.PageController;
import io.opsdeck.web.security.Requires;
import io.opsdeck.web.ui.PaletteQuery;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseBody;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What fits into a field of the builder, the most frequent first. */
@PageController
class SuggestionPageController {

    private static final int MOST = 60;
    private static final int ASKED_EVENTS = 40;
    private static final String RECENT = "400d";
    /** What is said of people is kept as events of this name. */
    private static final String IDENTIFY = "$identify";

    private static final List<String> NO_VALUES = List.of("(none)", "other");

    private final EventDictionary dictionary;
    private final Insights insights;
    private final QuestionDesk desk;
    private final ContactSight sight;

    SuggestionPageController(EventDictionary dictionary, Insights insights, QuestionDesk desk, ContactSight sight) {
        this.dictionary = dictionary;
        this.insights = insights;
        this.desk = desk;
        this.sight = sight;
    }

    @GetMapping(path = "/insights/events", produces = MediaType.APPLICATION_JSON_VALUE)
    @ResponseBody
    @Requires(Permission.INSIGHT_READ)
    List<Suggestion> events(@RequestParam(defaultValue = "") String q, HttpServletRequest request, Locale locale) {
        PaletteQuery query = PaletteQuery.of(q, Caller.require(request), locale);
        return dictionary.events().stream()
                .filter(event -> q.isBlank() || query.fit(event.name()) > 0)
                .sorted(Comparator.comparingLong(EventDefinition::count).reversed())
                .limit(MOST)
                .map(event -> new Suggestion(event.name(), event.name(), event.count(), Suggestion.Group.NAME))
                .toList();
    }

    /**
     * Properties of one event, or of the most frequent ones where none is named, and traits of profiles.
     *
     * @param of event, profile, or all for both
     */
    @GetMapping(path = "/insights/properties", produces = MediaType.APPLICATION_JSON_VALUE)
    @ResponseBody
    @Requires(Permission.INSIGHT_READ)
    List<Suggestion> properties(
            @RequestParam(defaultValue = "") String event,
            @RequestParam(defaultValue = "event") String of,
            @RequestParam(defaultValue = "") String q,
            HttpServletRequest request,
            Locale locale) {
        Access access = Caller.require(request);
        PaletteQuery query = PaletteQuery.of(q, access, locale);
        List<Suggestion> found = new ArrayList<>();
        if (!of.equals("profile")) {
            List<String> events = event.isEmpty()
                    ? dictionary.names().stream()
                            .filter(name -> !name.equals(IDENTIFY))
                            .limit(ASKED_EVENTS)
                            .toList()
                    : List.of(event);
            names(events, q, query, access)
                    .forEach(name -> found.add(new Suggestion(
                            coded(name.getKey()), name.getKey(), name.getValue(), Suggestion.Group.EVENT)));
        }
        if (!of.equals("event")) {
            String before = of.equals("profile") ? "" : QueryFields.PROFILE;
            names(List.of(IDENTIFY), q, query, access)
                    .forEach(name -> found.add(new Suggestion(
                            before + coded(name.getKey()), name.getKey(), name.getValue(), Suggestion.Group.PROFILE)));
        }
        return found;
    }

    private static String coded(String name) {
        return QueryFields.coded(JsonNodeFactory.instance.stringNode(name));
    }

    private List<Map.Entry<String, Long>> names(List<String> events, String q, PaletteQuery query, Access access) {
        Map<String, Long> counts = new TreeMap<>();
        for (String name : events) {
            for (PropertyDefinition property : dictionary.properties(name)) {
                counts.merge(property.name(), property.count(), Long::sum);
            }
        }
        Predicate<String> free = sight.mayAskOf(access);
        return counts.entrySet().stream()
                .filter(property -> free.test(property.getKey()))
                .filter(property -> q.isBlank() || query.fit(property.getKey()) > 0)
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .limit(MOST)
                .toList();
    }

    /** The most frequent values of a property, as the events of the last year have them. */
    @GetMapping(path = "/insights/values", produces = MediaType.APPLICATION_JSON_VALUE)
    @ResponseBody
    @Requires(Permission.INSIGHT_READ)
    List<Suggestion> values(
            @RequestParam(defaultValue = "") String event,
            @RequestParam(defaultValue = "") String property,
            @RequestParam(defaultValue = "") String q,
            HttpServletRequest request) {
        if (property.isBlank()) {
            return List.of();
        }
        Access access = Caller.require(request);
        ObjectNode query = QueryFields.read(Map.of(
                "kind", of("trend"),
                "interval", of("month"),
                "range.last", of(RECENT),
                "series.0.event", of(event),
                "series.0.measure", of(property.startsWith(QueryFields.PROFILE) ? "unique" : "total"),
                "series.0.filters.0.property", of(property),
                "series.0.filters.0.op", of(q.isBlank() ? "is_set" : "contains"),
                "series.0.filters.0.value", of(q),
                "breakdown.property", of(property),
                "breakdown.limit", of(String.valueOf(MOST))));
        try {
            InsightResult.Trend answer = (InsightResult.Trend) insights.answer(desk.read(query, access));
            return answer.series().stream()
                    .filter(line -> line.breakdown() != null && !NO_VALUES.contains(line.breakdown()))
                    .filter(line -> sight.mayAsk(String.valueOf(line.breakdown()), access))
                    .map(SuggestionPageController::suggestion)
                    .toList();
        } catch (OpsdeckException refused) {
            // Nothing to suggest is no failure: the value can be typed.
            return List.of();
        }
    }

    private static String[] of(String value) {
        return new String[] {value};
    }

    private static Suggestion suggestion(InsightResult.Line line) {
        String value = String.valueOf(line.breakdown());
        Long count = line.total() == null ? null : line.total().longValue();
        return new Suggestion(
                QueryFields.codedValue(JsonNodeFactory.instance.stringNode(value)),
                value,
                count,
                Suggestion.Group.VALUE);
    }
}
