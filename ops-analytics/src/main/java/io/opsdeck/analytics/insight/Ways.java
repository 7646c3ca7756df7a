package io.opsdeck.analytics.insight;

import io.opsdeck.analytics.fold.AttributionFold;
import io.opsdeck.analytics.fold.AttributionPlan;
import io.opsdeck.analytics.fold.AttributionTally;
import io.opsdeck.analytics.fold.PathFold;
import io.opsdeck.analytics.fold.PathKeep;
import io.opsdeck.analytics.fold.PathPlan;
import io.opsdeck.analytics.fold.PathTally;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Answers which ways people take, and which touches lead to conversions. */
@Component
class Ways {

    private final Engine engine;

    Ways(Engine engine) {
        this.engine = engine;
    }

    /** A question about paths compiled against a snapshot. */
    private record Walk(
            InsightQuery.Paths query,
            Asked asked,
            QueryRange.Span span,
            List<Matcher> matchers,
            PathPlan plan,
            Scan.Wish wish) {

        Engine.Run<PathFold, PathTally> run(@Nullable PathKeep keep) {
            return new Engine.Run<>(asked.snapshot(), wish, () -> new PathFold(plan, keep), PathTally::new);
        }

        String name(int code) {
            if (code == PathFold.OTHER) {
                return Trends.OTHER;
            }
            return wish.names() ? asked.snapshot().name(code) : wish.split().text(code);
        }

        /** Whether somebody reads this name at the node with that code. */
        IntPredicate named(String name) {
            int code = wish.names()
                    ? asked.snapshot().name(name).orElse(-2)
                    : wish.split().find(name);
            boolean other = name.equals(Trends.OTHER);
            return each -> each == PathFold.OTHER ? other : each == code;
        }
    }

    private static Walk walk(InsightQuery.Paths query, Asked asked) {
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
        var columns = new Asked.Columns(
                query.property(),
                List.of(),
                List.of(),
                List.of(),
                query.property().isEmpty());
        Scan.Wish wish = asked.wish(matchers, query.scope(), plan.needs(), columns);
        return new Walk(query, asked, span, matchers, plan, wish);
    }

    InsightResult.Paths answer(InsightQuery.Paths query, Asked asked) {
        Walk walk = walk(query, asked);
        var first = engine.sum(walk.run(null));
        PathKeep keep = first.tally().keep(query.minShare());
        PathTally tally =
                keep.keepsAll() ? first.tally() : engine.sum(walk.run(keep)).tally();
        return new InsightResult.Paths(
                asked.answered(
                        walk.span,
                        first.people(),
                        asked.unknown(walk.matchers, query.scope(), List.of(query.property()))),
                nodes(tally, walk::name),
                edges(tally, walk::name));
    }

    /** Whoever passes a node, or goes along an edge. */
    BitSet people(InsightQuery.Paths query, Asked asked, InsightPoint point) {
        Walk walk = walk(query, asked);
        PathKeep keep = engine.sum(walk.run(null)).tally().keep(query.minShare());
        String name = point.name();
        if (name != null) {
            IntPredicate node = walk.named(name);
            return engine.people(walk.run(keep), fold -> fold.passes(point.step(), node));
        }
        String from = point.from();
        String to = point.to();
        if (from == null || to == null) {
            throw InsightError.QUERY_FIELD_REQUIRED.at(from == null ? "/point/from" : "/point/to");
        }
        IntPredicate begin = walk.named(from);
        IntPredicate end = walk.named(to);
        return engine.people(walk.run(keep), fold -> fold.goes(point.step(), begin, end));
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

    /** A question about attribution compiled against a snapshot. */
    private record Credits(
            Asked asked, QueryRange.Span span, List<Matcher> matchers, AttributionPlan plan, Scan.Wish wish) {

        Engine.Run<AttributionFold, AttributionTally> run() {
            return new Engine.Run<>(asked.snapshot(), wish, () -> new AttributionFold(plan), AttributionTally::new);
        }
    }

    private static Credits credits(InsightQuery.Attributed query, Asked asked) {
        QueryRange.Span span = asked.span(query.scope().range());
        List<Matcher> matchers = new ArrayList<>(List.of(query.conversion()));
        matchers.addAll(query.touches());
        int touchMask = (int) ((1L << matchers.size()) - 2);
        int keyMask = query.keyEvent() == null ? 0 : 1 << matchers.size();
        if (query.keyEvent() != null) {
            matchers.add(query.keyEvent());
        }
        var columns = new Asked.Columns(query.touchProperty(), query.keyProperty(), query.revenue(), List.of(), false);
        AttributionPlan plan = plan(query, span, touchMask, keyMask, List.of(0));
        Scan.Wish wish = asked.wish(matchers, query.scope(), plan.needs(), columns);
        int direct = wish.split().find("direct");
        List<Integer> directs = direct < 0 ? List.of(0) : List.of(0, direct);
        return new Credits(asked, span, matchers, plan(query, span, touchMask, keyMask, directs), wish);
    }

    private static AttributionPlan plan(
            InsightQuery.Attributed query, QueryRange.Span span, int touchMask, int keyMask, List<Integer> direct) {
        return new AttributionPlan(
                1,
                touchMask,
                keyMask,
                !query.keyProperty().isEmpty(),
                query.model(),
                query.lookback(),
                query.halfLife(),
                direct,
                query.per() == InsightQuery.Per.PERSON,
                !query.revenue().isEmpty(),
                span.from(),
                span.to());
    }

    InsightResult.Attributed answer(InsightQuery.Attributed query, Asked asked) {
        Credits credits = credits(query, asked);
        boolean revenue = !query.revenue().isEmpty();
        Values values = credits.wish.split();
        var outcome = engine.sum(credits.run());
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
        List<List<String>> paths = List.of(query.touchProperty(), query.revenue(), query.keyProperty());
        return new InsightResult.Attributed(
                asked.answered(credits.span, outcome.people(), asked.unknown(credits.matchers, query.scope(), paths)),
                rows,
                tally.conversions(),
                tally.unattributed(),
                revenue ? Trends.number(tally.unattributedAmount()) : null);
    }

    /** Whoever converted: at all, without a touch, or with a value that earns something of it. */
    BitSet people(InsightQuery.Attributed query, Asked asked, InsightPoint point) {
        Credits credits = credits(query, asked);
        String value = point.name();
        if (point.unattributed()) {
            return engine.people(credits.run(), fold -> fold.unattributed() > 0);
        }
        if (value == null) {
            return engine.people(credits.run(), fold -> fold.conversions() > 0);
        }
        int code = credits.wish.split().find(value);
        return code < 0 ? new BitSet() : engine.people(credits.run(), fold -> fold.earns(code));
    }
}
