package io.opsdeck.analytics.insight;

import io.opsdeck.analytics.fold.AttributionFold;
import io.opsdeck.analytics.fold.AttributionPlan;
import io.opsdeck.analytics.fold.AttributionTally;
import io.opsdeck.analytics.fold.PathFold;
import io.opsdeck.analytics.fold.PathKeep;
import io.opsdeck.analytics.fold.PathPlan;
import io.opsdeck.analytics.fold.PathTally;
import io.opsdeck.analytics.store.Property;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.springframework.stereotype.Component;

/** Answers which ways people take, and which touches lead to conversions. */
@Component
class Ways {

    private final Engine engine;

    Ways(Engine engine) {
        this.engine = engine;
    }

    InsightResult.Paths answer(InsightQuery.Paths query, Asked asked) {
        QueryRange.Span span = asked.span(query.scope().range());
        List<Matcher> matchers = new ArrayList<>(query.include());
        if (matchers.isEmpty()) {
            matchers.add(new Matcher(null, List.of()));
        }
        int mask = (int) ((1L << matchers.size()) - 1);
        int startMask = query.startAt() == null ? 0 : 1 << matchers.size();
        if (query.startAt() != null) {
            matchers.add(query.startAt());
        }
        int endMask = query.endAt() == null ? 0 : 1 << matchers.size();
        if (query.endAt() != null) {
            matchers.add(query.endAt());
        }
        var plan = new PathPlan(
                mask | startMask | endMask, startMask, endMask, query.depth(), query.gap(), span.from(), span.to());
        var properties = new Matching.Properties(asked.snapshot(), span.from(), span.to());
        boolean named = query.property().isEmpty();
        Property nodeOf = named ? null : properties.find(query.property().get(0));
        Values values = Values.of(nodeOf, query.property());
        var wish = new Scan.Wish(
                Matching.of(
                        asked.snapshot(), properties, matchers, query.scope().filters()),
                plan.needs(),
                nodeOf,
                values,
                null,
                new double[0],
                named);
        var first = engine.sum(new Engine.Run<>(asked.snapshot(), wish, () -> new PathFold(plan), PathTally::new));
        PathKeep keep = first.tally().keep(query.minShare());
        PathTally tally = keep.keepsAll()
                ? first.tally()
                : engine.sum(new Engine.Run<>(asked.snapshot(), wish, () -> new PathFold(plan, keep), PathTally::new))
                        .tally();
        IntFunction<String> name = code -> name(code, named, asked, values);
        return new InsightResult.Paths(
                asked.answered(
                        span,
                        first.people(),
                        asked.unknown(matchers, query.scope().filters(), List.of(query.property()))),
                nodes(tally, name),
                edges(tally, name));
    }

    private static String name(int code, boolean named, Asked asked, Values values) {
        if (code == PathFold.OTHER) {
            return Trends.OTHER;
        }
        return named ? asked.snapshot().name(code) : values.text(code);
    }

    private static List<InsightResult.Node> nodes(PathTally tally, IntFunction<String> name) {
        return IntStream.range(0, tally.nodes())
                .mapToObj(node ->
                        new InsightResult.Node(tally.step(node), name.apply(tally.code(node)), tally.people(node)))
                .sorted(Comparator.comparingInt(InsightResult.Node::step)
                        .thenComparing(InsightResult.Node::people, Comparator.reverseOrder())
                        .thenComparing(InsightResult.Node::name))
                .toList();
    }

    private static List<InsightResult.Edge> edges(PathTally tally, IntFunction<String> name) {
        return IntStream.range(0, tally.edges())
                .mapToObj(edge -> new InsightResult.Edge(
                        tally.step(tally.edgeFrom(edge)),
                        name.apply(tally.code(tally.edgeFrom(edge))),
                        name.apply(tally.code(tally.edgeTo(edge))),
                        tally.edgePeople(edge),
                        tally.edgeCount(edge),
                        Math.rint(tally.edgeMeanSeconds(edge) * 1000) / 1000))
                .sorted(Comparator.comparingInt(InsightResult.Edge::step)
                        .thenComparing(InsightResult.Edge::people, Comparator.reverseOrder())
                        .thenComparing(InsightResult.Edge::from)
                        .thenComparing(InsightResult.Edge::to))
                .toList();
    }

    InsightResult.Attributed answer(InsightQuery.Attributed query, Asked asked) {
        QueryRange.Span span = asked.span(query.scope().range());
        List<Matcher> matchers = new ArrayList<>(List.of(query.conversion()));
        matchers.addAll(query.touches());
        int touchMask = (int) ((1L << matchers.size()) - 2);
        long from = span.from() - query.lookback();
        var properties = new Matching.Properties(asked.snapshot(), from, span.to());
        Property touchOf = properties.find(query.touchProperty().get(0));
        Values values = Values.of(touchOf, query.touchProperty());
        boolean revenue = !query.revenue().isEmpty();
        Property amountOf = revenue ? properties.find(query.revenue().get(0)) : null;
        int direct = values.find("direct");
        var plan = new AttributionPlan(
                1,
                touchMask,
                0,
                false,
                query.model(),
                query.lookback(),
                query.halfLife(),
                direct < 0 ? List.of(0) : List.of(0, direct),
                false,
                revenue,
                span.from(),
                span.to());
        var wish = new Scan.Wish(
                Matching.of(
                        asked.snapshot(), properties, matchers, query.scope().filters()),
                plan.needs(),
                touchOf,
                values,
                amountOf,
                Matching.numbers(amountOf, query.revenue()));
        var outcome = engine.sum(
                new Engine.Run<>(asked.snapshot(), wish, () -> new AttributionFold(plan), AttributionTally::new));
        AttributionTally tally = outcome.tally();
        List<InsightResult.Credit> rows = Arrays.stream(tally.values())
                .boxed()
                .sorted(Comparator.comparingDouble((Integer code) -> -tally.conversions(code))
                        .thenComparing(values::text))
                .map(code -> new InsightResult.Credit(
                        values.text(code),
                        Trends.number(tally.conversions(code)),
                        revenue ? Trends.number(tally.amount(code)) : null))
                .toList();
        List<List<String>> paths = List.of(query.touchProperty(), query.revenue());
        return new InsightResult.Attributed(
                asked.answered(
                        span,
                        outcome.people(),
                        asked.unknown(matchers, query.scope().filters(), paths)),
                rows,
                tally.conversions(),
                tally.unattributed());
    }
}
