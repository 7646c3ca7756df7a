package io.opsdeck.analytics.insight;

import io.opsdeck.analytics.event.CanonicalText;
import io.opsdeck.analytics.event.EventTime;
import io.opsdeck.analytics.fold.AttributionPlan;
import io.opsdeck.analytics.fold.FunnelPlan;
import io.opsdeck.analytics.fold.Intervals;
import io.opsdeck.analytics.fold.LifecyclePlan;
import io.opsdeck.analytics.fold.PathPlan;
import io.opsdeck.analytics.fold.RetentionPlan;
import io.opsdeck.analytics.insight.Filter.Operator;
import io.opsdeck.analytics.insight.InsightQuery.Breakdown;
import io.opsdeck.analytics.insight.InsightQuery.Scope;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads the JSON of a query and checks all that can be checked without data. Whatever is wrong is an
 * {@link InsightError} with the pointer to its place; a name that is not known to the workspace is not wrong.
 */
@Component
public final class QueryReader {

    static final long MINUTE = 60_000L;
    static final long DAY = 86_400_000L;
    private static final int MOST_TEXT = 1_000;
    private static final int MOST_FILTERS = 20;
    private static final int MOST_SERIES = 26;
    static final int MOST_MATCHERS = 31;
    private static final int MOST_PERIODS = 400;
    private static final double LEAST_SHARE = 0.01;

    private final JsonMapper json;

    QueryReader(JsonMapper json) {
        this.json = json;
    }

    /** @throws io.opsdeck.core.error.OpsdeckException an {@link InsightError} */
    public InsightQuery read(String text) {
        try {
            return read(json.readTree(text));
        } catch (JacksonException e) {
            throw InsightError.QUERY_NOT_READABLE.at("");
        }
    }

    /** @throws io.opsdeck.core.error.OpsdeckException an {@link InsightError} */
    public InsightQuery read(JsonNode node) {
        var root = new Place(node, "");
        if (!node.isObject()) {
            throw InsightError.QUERY_NOT_READABLE.at("");
        }
        return switch (root.at("kind").choice(InsightKind.class, null)) {
            case TREND -> trend(root);
            case FUNNEL -> funnel(root);
            case RETENTION -> retention(root);
            case LIFECYCLE -> lifecycle(root);
            case STICKINESS -> stickiness(root);
            case PATHS -> paths(root);
            case ATTRIBUTION -> attribution(root);
        };
    }

    private InsightQuery.Trend trend(Place root) {
        known(root, "series", "formula", "cumulative", "compare");
        List<InsightQuery.Series> series = root.at("series").list(MOST_SERIES, this::series);
        if (series.isEmpty()) {
            throw InsightError.QUERY_FIELD_REQUIRED.at("/series");
        }
        boolean cumulative = root.at("cumulative").flag();
        if (cumulative && !series.stream().allMatch(one -> Trends.isAdditive(one.measure()))) {
            throw InsightError.QUERY_VALUE_INVALID.at("/cumulative", "true");
        }
        String formula = root.at("formula").textOrNull(200);
        return new InsightQuery.Trend(
                scope(root), series, formula == null ? null : Formula.of(formula, series.size()), cumulative);
    }

    private InsightQuery.Series series(Place place) {
        place.object("event", "filters", "first", "measure", "property", "label", "rolling");
        var measure = place.at("measure").choice(InsightQuery.Measure.class, InsightQuery.Measure.TOTAL);
        List<String> property = List.of();
        if (measure.needsProperty()) {
            property = path(place.at("property"));
        }
        Place rolling = place.at("rolling");
        if (measure.isRolling() == rolling.isAbsent()) {
            throw rolling.wrong();
        }
        return new InsightQuery.Series(
                matcher(place),
                measure,
                property,
                place.at("label").textOrNull(120),
                rolling.integer(0, 1, MOST_PERIODS));
    }

    private InsightQuery.Funnel funnel(Place root) {
        known(root, "steps", "window", "order", "exclusions", "exclusionMode", "count", "tracked", "timeBetween");
        List<InsightQuery.Step> steps = root.at("steps").list(FunnelPlan.MOST_STEPS, this::step);
        if (steps.isEmpty()) {
            throw InsightError.QUERY_FIELD_REQUIRED.at("/steps");
        }
        if (steps.get(0).optional()) {
            throw root.at("steps").at("0").at("optional").wrong();
        }
        var tracked = root.at("tracked").list(MOST_MATCHERS, this::plainMatcher);
        int matchers = steps.stream().mapToInt(step -> step.any().size()).sum() + tracked.size();
        FunnelPlan.Order order = root.at("order").choice(FunnelPlan.Order.class, FunnelPlan.Order.SEQUENTIAL);
        var exclusions = root.at("exclusions").list(MOST_MATCHERS, place -> exclusion(place, steps));
        if (order == FunnelPlan.Order.ANY && !exclusions.isEmpty()) {
            throw InsightError.QUERY_VALUE_INVALID.at("/exclusions", "order: any");
        }
        if (order != FunnelPlan.Order.STRICT && !tracked.isEmpty()) {
            throw root.at("tracked").wrong();
        }
        List<Integer> times = root.at("timeBetween").list(2, step -> step.integer(0, 1, steps.size()));
        if (!times.isEmpty() && (times.size() == 1 || times.get(0) < 1 || times.get(0) >= times.get(1))) {
            throw root.at("timeBetween").wrong();
        }
        for (int i = 0; i < steps.size(); i++) {
            boolean limited = steps.get(i).minGap() > 0 || steps.get(i).maxGap() < FunnelPlan.NO_LIMIT;
            if (limited && (order == FunnelPlan.Order.ANY || i == 0)) {
                throw InsightError.QUERY_VALUE_INVALID.at("/steps/" + i + "/maxGap", "order: any");
            }
        }
        if (matchers + exclusions.size() > MOST_MATCHERS) {
            throw InsightError.QUERY_TOO_MANY.at("/steps", MOST_MATCHERS);
        }
        Scope scope = scope(root);
        Breakdown breakdown = scope.breakdown();
        if (breakdown != null && breakdown.attribution() == InsightQuery.Attribution.STEP) {
            boolean exists = breakdown.step() <= steps.size()
                    && !steps.get(breakdown.step() - 1).optional();
            if (!exists) {
                throw root.at("breakdown").at("attribution").wrong();
            }
        }
        return new InsightQuery.Funnel(
                scope,
                steps,
                root.at("window").duration(FunnelPlan.DEFAULT_WINDOW, 1_000, 366 * DAY),
                order,
                exclusions,
                root.at("exclusionMode").choice(FunnelPlan.ExclusionMode.class, FunnelPlan.ExclusionMode.PERSON),
                root.at("count").choice(FunnelPlan.Count.class, FunnelPlan.Count.UNIQUE),
                tracked,
                times.isEmpty() ? 0 : times.get(0),
                times.isEmpty() ? 0 : times.get(1));
    }

    private InsightQuery.Retention retention(Place root) {
        known(root, "start", "return", "cohort", "mode", "clock", "periods", "brackets", "mean");
        int periods = root.at("periods").integer(-1, 1, MOST_PERIODS);
        var brackets = root.at("brackets").list(MOST_PERIODS, QueryReader::bracket);
        return new InsightQuery.Retention(
                scope(root),
                plainMatcher(root.at("start")),
                plainMatcher(root.at("return")),
                root.at("cohort").choice(RetentionPlan.Cohort.class, RetentionPlan.Cohort.FIRST),
                root.at("mode").choice(RetentionPlan.Mode.class, RetentionPlan.Mode.ON),
                clock(root.at("clock")),
                periods,
                brackets,
                root.at("mean").choice(InsightQuery.Mean.class, InsightQuery.Mean.WEIGHTED));
    }

    private static RetentionPlan.Clock clock(Place place) {
        String given = place.isAbsent() ? "calendar" : place.text(20);
        return switch (given) {
            case "calendar" -> RetentionPlan.Clock.CALENDAR;
            case "rolling24" -> RetentionPlan.Clock.ROLLING;
            default -> throw place.wrong();
        };
    }

    private static RetentionPlan.Bracket bracket(Place place) {
        List<Integer> ends = place.list(2, end -> end.integer(-1, 0, MOST_PERIODS));
        if (ends.size() != 2 || ends.get(0) > ends.get(1) || ends.get(0) < 0) {
            throw place.wrong();
        }
        return new RetentionPlan.Bracket(ends.get(0), ends.get(1));
    }

    private InsightQuery.Lifecycle lifecycle(Place root) {
        known(root, "matcher", "newBy");
        refuseBreakdown(root);
        return new InsightQuery.Lifecycle(
                scope(root),
                plainMatcher(root.at("matcher")),
                root.at("newBy").choice(LifecyclePlan.NewBy.class, LifecyclePlan.NewBy.FIRST_EVENT));
    }

    private InsightQuery.Stickiness stickiness(Place root) {
        known(root, "matcher", "cumulative");
        refuseBreakdown(root);
        return new InsightQuery.Stickiness(
                scope(root),
                plainMatcher(root.at("matcher")),
                root.at("cumulative").flag());
    }

    private InsightQuery.Paths paths(Place root) {
        known(root, "include", "by", "property", "startAt", "endAt", "depth", "gap", "minShare");
        refuseBreakdown(root);
        Place by = root.at("by");
        String nodes = by.isAbsent() ? "event" : by.text(20);
        if (!nodes.equals("event") && !nodes.equals("property")) {
            throw by.wrong();
        }
        Place share = root.at("minShare");
        double minShare = share.isAbsent() ? LEAST_SHARE : share.node().asDouble(-1);
        if (minShare < 0 || minShare > 1) {
            throw share.wrong();
        }
        return new InsightQuery.Paths(
                scope(root),
                root.at("include").list(MOST_MATCHERS - 2, this::plainMatcher),
                nodes.equals("property") ? path(root.at("property")) : List.of(),
                root.at("startAt").isAbsent() ? null : plainMatcher(root.at("startAt")),
                root.at("endAt").isAbsent() ? null : plainMatcher(root.at("endAt")),
                root.at("depth").integer(5, 2, PathPlan.MOST_DEPTH),
                root.at("gap").duration(30 * MINUTE, 1_000, 30 * DAY),
                minShare);
    }

    private InsightQuery.Attributed attribution(Place root) {
        known(
                root,
                "conversion",
                "touches",
                "touchProperty",
                "revenueProperty",
                "model",
                "lookback",
                "halfLife",
                "keyEvent",
                "keyProperty",
                "per");
        refuseBreakdown(root);
        List<Matcher> touches = root.at("touches").list(MOST_MATCHERS - 2, this::plainMatcher);
        Place keyEvent = root.at("keyEvent");
        Place keyProperty = root.at("keyProperty");
        if (keyEvent.isAbsent() && !keyProperty.isAbsent()) {
            throw keyEvent.wrong();
        }
        if (touches.isEmpty()) {
            throw root.at("touches").wrong();
        }
        return new InsightQuery.Attributed(
                scope(root),
                plainMatcher(root.at("conversion")),
                touches,
                path(root.at("touchProperty")),
                root.at("revenueProperty").isAbsent() ? List.of() : path(root.at("revenueProperty")),
                root.at("model").choice(AttributionPlan.Model.class, AttributionPlan.Model.LAST),
                root.at("lookback").duration(AttributionPlan.DEFAULT_LOOKBACK, MINUTE, 366 * DAY),
                root.at("halfLife").duration(AttributionPlan.DEFAULT_HALF_LIFE, MINUTE, 366 * DAY),
                keyEvent.isAbsent() ? null : plainMatcher(keyEvent),
                keyProperty.isAbsent() ? List.of() : path(keyProperty),
                root.at("per").choice(InsightQuery.Per.class, InsightQuery.Per.CONVERSION));
    }

    /** Results of these kinds are not split. */
    private static void refuseBreakdown(Place root) {
        if (!root.at("breakdown").isAbsent()) {
            throw InsightError.QUERY_FIELD_UNKNOWN.at("/breakdown", "breakdown");
        }
    }

    private InsightQuery.Step step(Place place) {
        boolean several = !place.at("any").isAbsent();
        place.object("any", "event", "filters", "first", "label", "optional", "minGap", "maxGap");
        List<Matcher> any = several ? place.at("any").list(MOST_MATCHERS, this::plainMatcher) : List.of(matcher(place));
        if (any.isEmpty()) {
            throw place.at("any").wrong();
        }
        long least = place.at("minGap").duration(0, 0, 366 * DAY);
        long most = place.at("maxGap").duration(FunnelPlan.NO_LIMIT, 0, 366 * DAY);
        if (most < least) {
            throw place.at("maxGap").wrong();
        }
        return new InsightQuery.Step(
                any, place.at("label").textOrNull(120), place.at("optional").flag(), least, most);
    }

    private InsightQuery.Exclusion exclusion(Place place, List<InsightQuery.Step> steps) {
        place.object("event", "filters", "from", "to");
        int from = place.at("from").integer(1, 1, steps.size());
        int to = place.at("to").integer(steps.size(), 1, steps.size());
        if (to <= from || steps.get(from - 1).optional() || steps.get(to - 1).optional()) {
            throw place.at("to").wrong();
        }
        return new InsightQuery.Exclusion(matcher(place), from, to);
    }

    private Matcher plainMatcher(Place place) {
        return matcher(place.object("event", "filters", "first"));
    }

    /** The event has to be named or be null; leaving it out is more likely a mistake. */
    static Matcher matcher(Place place) {
        Place event = place.at("event");
        if (event.node().isMissingNode()) {
            throw event.wrong();
        }
        return new Matcher(
                event.node().isNull() ? null : event.text(MOST_TEXT),
                place.at("filters").list(MOST_FILTERS, QueryReader::filter),
                occurrence(place.at("first")));
    }

    private static Matcher.Occurrence occurrence(Place place) {
        String given = place.isAbsent() ? "" : place.text(20);
        return switch (given) {
            case "" -> Matcher.Occurrence.EVERY;
            case "ever" -> Matcher.Occurrence.FIRST_EVER;
            case "matching" -> Matcher.Occurrence.FIRST_MATCHING;
            default -> throw place.wrong();
        };
    }

    private static void known(Place root, String... own) {
        List<String> fields = new ArrayList<>(List.of(own));
        fields.addAll(List.of("kind", "range", "interval", "filters", "people", "includeInternal", "breakdown"));
        root.object(fields.toArray(String[]::new));
    }

    private Scope scope(Place root) {
        return new Scope(
                range(root.at("range")),
                root.at("interval").choice(Intervals.Unit.class, Intervals.Unit.DAY),
                root.at("filters").list(MOST_FILTERS, QueryReader::filter),
                root.at("breakdown").isAbsent() ? null : breakdown(root.at("breakdown")),
                root.at("compare").choice(InsightQuery.Compare.class, InsightQuery.Compare.NONE),
                root.at("people").isAbsent() ? null : RuleReader.read(root.at("people")),
                root.at("includeInternal").flag());
    }

    private static Breakdown breakdown(Place place) {
        place.object("source", "property", "limit", "attribution");
        Place attribution = place.at("attribution");
        String given = attribution.isAbsent() ? "first" : attribution.text(20);
        var kind = InsightQuery.Attribution.STEP;
        int step = 0;
        if (given.matches("step:\\d{1,2}") && !given.equals("step:0")) {
            step = Integer.parseInt(given.substring("step:".length()));
        } else {
            kind = Place.key(InsightQuery.Attribution.class, given)
                    .filter(each -> each != InsightQuery.Attribution.STEP)
                    .orElseThrow(attribution::wrong);
        }
        return new Breakdown(
                place.at("source").choice(Filter.Source.class, Filter.Source.EVENT),
                path(place.at("property")),
                place.at("limit").integer(25, 1, 500),
                kind,
                step);
    }

    static List<String> path(Place place) {
        if (place.node().isArray()) {
            List<String> names = place.list(8, name -> name.text(200));
            if (names.isEmpty()) {
                throw place.wrong();
            }
            return names;
        }
        return List.of(place.text(200));
    }

    static QueryRange range(Place place) {
        place.object("from", "to", "last");
        Place last = place.at("last");
        if (!last.isAbsent()) {
            return last(last);
        }
        String from = place.at("from").text(40);
        String to = place.at("to").text(40);
        try {
            if (from.length() == 10 && to.length() == 10) {
                var dates = new QueryRange.Dates(LocalDate.parse(from), LocalDate.parse(to));
                if (dates.from().isAfter(dates.to())) {
                    throw InsightError.QUERY_RANGE_EMPTY.at("/range");
                }
                if (ChronoUnit.YEARS.between(dates.from(), dates.to()) >= QueryRange.MOST_YEARS) {
                    throw InsightError.QUERY_TOO_MANY.at("/range", QueryRange.MOST_YEARS);
                }
                return dates;
            }
            var instants = new QueryRange.Instants(Instant.parse(from), Instant.parse(to));
            if (!instants.from().isBefore(instants.to())) {
                throw InsightError.QUERY_RANGE_EMPTY.at("/range");
            }
            if (ChronoUnit.DAYS.between(instants.from(), instants.to()) >= QueryRange.MOST_YEARS * 366L) {
                throw InsightError.QUERY_TOO_MANY.at("/range", QueryRange.MOST_YEARS);
            }
            return instants;
        } catch (DateTimeException e) {
            throw place.wrong();
        }
    }

    static QueryRange.Last last(Place place) {
        return QueryRange.last(place.text(30)).orElseThrow(place::wrong);
    }

    static Filter filter(Place place) {
        place.object("source", "property", "op", "value");
        return condition(
                place, place.at("source").choice(Filter.Source.class, Filter.Source.EVENT), path(place.at("property")));
    }

    /** What stands beside the name of a property or a trait. */
    static Filter condition(Place place, Filter.Source source, List<String> property) {
        Operator operator = place.at("op").choice(Operator.class, Operator.EQ);
        Place value = place.at("value");
        List<String> values = new ArrayList<>();
        if (value.node().isArray()) {
            values.addAll(value.list(operator.most(), QueryReader::scalar));
        } else if (!value.isAbsent()) {
            values.add(scalar(value));
        }
        if (values.size() < operator.least() || values.size() > operator.most()) {
            throw value.wrong();
        }
        for (String each : values) {
            boolean fits = operator.comparesNumbers()
                    ? CanonicalText.isNumeric(each)
                    : !operator.comparesTimes() || EventTime.parse(each).isPresent();
            if (!fits) {
                throw value.wrong();
            }
        }
        return new Filter(source, property, operator, values);
    }

    private static String scalar(Place place) {
        JsonNode node = place.node();
        boolean scalar = node.isString() || node.isNumber() || node.isBoolean();
        if (!scalar || node.asString().length() > MOST_TEXT) {
            throw place.wrong();
        }
        return node.isNumber() ? CanonicalText.number(node.asString()) : node.asString();
    }
}
