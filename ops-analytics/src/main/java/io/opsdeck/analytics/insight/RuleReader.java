package io.opsdeck.analytics.insight;

import io.opsdeck.analytics.fold.FunnelPlan;
import io.opsdeck.analytics.insight.PeopleRule.Compared;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads the JSON of a rule on people and checks it, like {@link QueryReader}. */
final class RuleReader {

    private static final int DEEPEST = 8;
    private static final int MOST_RULES = 50;
    private static final int MOST_PEOPLE = 10_000;
    private static final int MOST_PARTS = 10;

    private int rules;

    private RuleReader() {}

    static PeopleRule read(Place place) {
        return new RuleReader().rule(place, 0);
    }

    private PeopleRule rule(Place place, int depth) {
        if (depth > DEEPEST) {
            throw InsightError.QUERY_TOO_MANY.at(place.pointer(), DEEPEST);
        }
        if (++rules > MOST_RULES) {
            throw InsightError.QUERY_TOO_MANY.at(place.pointer(), MOST_RULES);
        }
        if (!place.node().isObject()) {
            throw place.wrong();
        }
        if (place.node().has("all")) {
            return new PeopleRule.All(some(place.object("all").at("all"), depth));
        }
        if (place.node().has("any")) {
            return new PeopleRule.Any(some(place.object("any").at("any"), depth));
        }
        if (place.node().has("not")) {
            return new PeopleRule.Not(rule(place.object("not").at("not"), depth + 1));
        }
        if (place.node().has("trait")) {
            place.object("trait", "op", "value");
            return new PeopleRule.Trait(
                    QueryReader.condition(place, Filter.Source.PROFILE, QueryReader.path(place.at("trait"))));
        }
        if (place.node().has("sequence")) {
            return sequence(place.object("sequence", "gap", "within"));
        }
        if (place.node().has("people")) {
            return new PeopleRule.Persons(people(place.object("people").at("people")));
        }
        return did(place.object("event", "filters", "first", "times", "within", "measure"));
    }

    private List<PeopleRule> some(Place place, int depth) {
        List<PeopleRule> found = place.list(MOST_RULES, each -> rule(each, depth + 1));
        if (found.isEmpty()) {
            throw place.wrong();
        }
        return found;
    }

    private static Set<UUID> people(Place place) {
        Set<UUID> people = new HashSet<>();
        place.list(MOST_PEOPLE, each -> people.add(person(each)));
        return people;
    }

    private static UUID person(Place place) {
        try {
            return UUID.fromString(place.text(36));
        } catch (IllegalArgumentException e) {
            throw place.wrong();
        }
    }

    private static PeopleRule did(Place place) {
        Place times = place.at("times");
        Compared compared = new Compared(Filter.Operator.GTE, 1, 1);
        if (!times.isAbsent()) {
            compared = compared(times.object("op", "n"), times.at("n"));
        }
        Place measure = place.at("measure");
        return new PeopleRule.Did(
                QueryReader.matcher(place),
                compared,
                within(place.at("within")),
                measure.isAbsent() ? null : measured(measure));
    }

    private static PeopleRule.Measured measured(Place place) {
        place.object("of", "as", "op", "value");
        return new PeopleRule.Measured(
                QueryReader.path(place.at("of")),
                place.at("as").choice(PeopleRule.Measured.Kind.class, PeopleRule.Measured.Kind.SUM),
                compared(place, place.at("value")));
    }

    private static Compared compared(Place place, Place value) {
        Filter.Operator operator = place.at("op").choice(Filter.Operator.class, Filter.Operator.GTE);
        boolean between = operator == Filter.Operator.BETWEEN;
        if (!operator.comparesNumbers() && operator != Filter.Operator.EQ && operator != Filter.Operator.NEQ) {
            throw place.at("op").wrong();
        }
        List<Double> numbers = value.node().isArray() ? value.list(2, RuleReader::number) : List.of(number(value));
        if (numbers.size() != (between ? 2 : 1)) {
            throw value.wrong();
        }
        return new Compared(operator, numbers.get(0), numbers.get(numbers.size() - 1));
    }

    private static double number(Place place) {
        if (!place.node().isNumber()) {
            throw place.wrong();
        }
        return place.node().asDouble();
    }

    private static PeopleRule.@Nullable Within within(Place place) {
        if (place.isAbsent()) {
            return null;
        }
        Place before = place.at("before");
        if (before.isAbsent()) {
            return new PeopleRule.Within(QueryReader.range(place), false);
        }
        place.object("before");
        QueryRange.Last ago = QueryReader.last(before);
        if (ago.complete()) {
            throw before.wrong();
        }
        return new PeopleRule.Within(ago, true);
    }

    private static PeopleRule sequence(Place place) {
        Place list = place.at("sequence");
        List<PeopleRule.Part> parts = list.list(MOST_PARTS, RuleReader::part);
        boolean framed = parts.size() > 1
                && !parts.get(0).not()
                && !parts.get(parts.size() - 1).not();
        if (!framed) {
            throw list.wrong();
        }
        return new PeopleRule.Sequence(
                parts,
                place.at("gap").duration(FunnelPlan.NO_LIMIT, 1_000, 366 * QueryReader.DAY),
                within(place.at("within")));
    }

    private static PeopleRule.Part part(Place place) {
        if (!place.node().has("not")) {
            return new PeopleRule.Part(QueryReader.matcher(place.object("event", "filters", "first")), false);
        }
        Place inner = place.object("not").at("not");
        return new PeopleRule.Part(QueryReader.matcher(inner.object("event", "filters")), true);
    }
}
