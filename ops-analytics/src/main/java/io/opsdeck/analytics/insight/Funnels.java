package io.opsdeck.analytics.insight;

import io.opsdeck.analytics.fold.Durations;
import io.opsdeck.analytics.fold.FunnelFold;
import io.opsdeck.analytics.fold.FunnelPlan;
import io.opsdeck.analytics.fold.FunnelTally;
import io.opsdeck.analytics.fold.Intervals;
import io.opsdeck.analytics.insight.InsightQuery.Breakdown;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Answers funnels. */
@Component
class Funnels {

    private final Engine engine;

    Funnels(Engine engine) {
        this.engine = engine;
    }

    /** A funnel compiled against a snapshot. */
    private record Prepared(
            FunnelPlan plan, Scan.Wish wish, @Nullable Values values, Intervals entries, QueryRange.Span span) {

        Engine.Run<FunnelFold, FunnelTally> run(Asked asked) {
            return new Engine.Run<>(asked.snapshot(), wish, () -> new FunnelFold(plan), () -> new FunnelTally(plan));
        }
    }

    InsightResult.Funnel answer(InsightQuery.Funnel query, Asked asked) {
        Prepared prepared = prepare(query, asked);
        var outcome = engine.sum(prepared.run(asked));
        FunnelTally tally = outcome.tally();
        List<InsightResult.Split> splits = List.of();
        Breakdown breakdown = query.scope().breakdown();
        if (breakdown != null && prepared.values != null) {
            splits = splits(query, asked, prepared, tally, breakdown.limit(), prepared.values);
        }
        return new InsightResult.Funnel(
                asked.answered(prepared.span, outcome.people(), asked.unknown(matchers(query), query.scope())),
                steps(query, tally.overall()),
                splits,
                timeToConvert(tally.conversions()),
                entries(tally, prepared.entries));
    }

    /** The persons at a step, those who left before it, or those who began or took so long. */
    BitSet people(InsightQuery.Funnel query, Asked asked, InsightPoint point) {
        Prepared prepared = prepare(query, asked);
        int step = point.step();
        String label = point.label();
        if (label != null) {
            int interval = prepared.entries.labels().indexOf(label);
            if (interval < 0) {
                throw InsightError.QUERY_VALUE_INVALID.at("/point/label", label);
            }
            return engine.people(prepared.run(asked), fold -> fold.entered(interval, point.converted()));
        }
        if (point.least() >= 0) {
            long below = point.below() < 0 ? Long.MAX_VALUE : point.below();
            return engine.people(prepared.run(asked), fold -> fold.convertedWithin(point.least(), below));
        }
        String value = point.breakdown();
        Values values = prepared.values;
        if (value == null || values == null) {
            return engine.people(
                    prepared.run(asked), fold -> point.dropped() ? fold.droppedBefore(step) : fold.reached(step));
        }
        Breakdown breakdown = Objects.requireNonNull(query.scope().breakdown());
        int[] ranked = ranked(engine.sum(prepared.run(asked)).tally(), values);
        int code = values.find(value);
        int[] kept = Arrays.copyOf(ranked, Math.min(breakdown.limit(), ranked.length));
        if (Arrays.stream(kept).anyMatch(each -> each == code)) {
            return engine.people(
                    prepared.run(asked),
                    fold -> point.dropped() ? fold.droppedBefore(code, step) : fold.reached(code, step));
        }
        if (!value.equals(Trends.OTHER)) {
            return new BitSet();
        }
        var shown = new BitSet();
        Arrays.stream(kept).forEach(shown::set);
        return engine.people(prepared.run(asked), fold -> fold.isAmongOthers(shown::get, step, point.dropped()));
    }

    /** The values with most entries first; ties by name. */
    private static int[] ranked(FunnelTally tally, Values values) {
        return Arrays.stream(tally.values())
                .boxed()
                .sorted(Comparator.comparingLong(
                                (Integer code) -> -tally.of(code).count(1))
                        .thenComparing(values::text))
                .mapToInt(code -> code)
                .toArray();
    }

    private static Prepared prepare(InsightQuery.Funnel query, Asked asked) {
        QueryRange.Span span = asked.span(query.scope().range());
        Intervals entries = asked.intervals(query.scope(), span);
        List<Matcher> matchers = matchers(query);
        List<FunnelPlan.Step> steps = new ArrayList<>();
        int next = 0;
        for (InsightQuery.Step step : query.steps()) {
            int mask = (int) ((1L << step.any().size()) - 1) << next;
            next += step.any().size();
            steps.add(new FunnelPlan.Step(mask, step.optional(), step.minGap(), step.maxGap()));
        }
        List<FunnelPlan.Exclusion> exclusions = new ArrayList<>();
        for (InsightQuery.Exclusion exclusion : query.exclusions()) {
            exclusions.add(new FunnelPlan.Exclusion(1 << next++, exclusion.from(), exclusion.to()));
        }
        int tracked = (int) ((1L << query.tracked().size()) - 1) << next;
        Breakdown breakdown = query.scope().breakdown();
        int last = query.steps().size();
        while (last > 1 && query.steps().get(last - 1).optional()) {
            last--;
        }
        var plan = new FunnelPlan(
                steps,
                query.window(),
                query.order(),
                tracked,
                exclusions,
                query.exclusionMode(),
                query.count(),
                attribution(breakdown),
                breakdown == null ? 0 : breakdown.step(),
                span.from(),
                span.to(),
                query.timeFrom() == 0 ? 1 : query.timeFrom(),
                query.timeTo() == 0 ? last : query.timeTo(),
                entries);
        Scan.Wish wish = asked.wish(matchers, query.scope(), plan.needs(), Asked.Columns.split(breakdown));
        Values values = breakdown == null ? null : wish.split();
        return new Prepared(plan, wish, values, entries, span);
    }

    private static List<Matcher> matchers(InsightQuery.Funnel query) {
        List<Matcher> matchers = new ArrayList<>();
        query.steps().forEach(step -> matchers.addAll(step.any()));
        query.exclusions().forEach(exclusion -> matchers.add(exclusion.matcher()));
        matchers.addAll(query.tracked());
        return matchers;
    }

    private static FunnelPlan.Attribution attribution(@Nullable Breakdown breakdown) {
        if (breakdown == null) {
            return FunnelPlan.Attribution.NONE;
        }
        if (breakdown.source() == Filter.Source.PROFILE) {
            return FunnelPlan.Attribution.PROFILE;
        }
        return switch (breakdown.attribution()) {
            case FIRST -> FunnelPlan.Attribution.FIRST;
            case LAST -> FunnelPlan.Attribution.LAST;
            case ALL -> FunnelPlan.Attribution.ALL;
            case STEP -> FunnelPlan.Attribution.STEP;
        };
    }

    /** The values with most entries; whoever has any of the rest counts once as other. */
    private List<InsightResult.Split> splits(
            InsightQuery.Funnel query, Asked asked, Prepared prepared, FunnelTally tally, int limit, Values values) {
        int[] ranked = ranked(tally, values);
        List<InsightResult.Split> splits = new ArrayList<>();
        int shown = Math.min(limit, ranked.length);
        for (int i = 0; i < shown; i++) {
            splits.add(new InsightResult.Split(values.text(ranked[i]), steps(query, tally.of(ranked[i]))));
        }
        if (ranked.length > limit) {
            int[] kept = Arrays.copyOf(ranked, limit);
            FunnelPlan plan = prepared.plan;
            FunnelTally rest = engine.sum(new Engine.Run<>(
                            asked.snapshot(),
                            prepared.wish,
                            () -> new FunnelFold(plan),
                            () -> FunnelTally.ofValues(plan, kept)))
                    .tally();
            splits.add(new InsightResult.Split(Trends.OTHER, steps(query, rest.of(FunnelTally.OTHER))));
        }
        return splits;
    }

    private static List<InsightResult.Step> steps(InsightQuery.Funnel query, FunnelTally.Group group) {
        List<InsightResult.Step> steps = new ArrayList<>();
        long first = group.count(1);
        long before = first;
        for (int number = 1; number <= query.steps().size(); number++) {
            InsightQuery.Step step = query.steps().get(number - 1);
            long count = group.count(number);
            Durations gaps = group.gaps(number);
            steps.add(new InsightResult.Step(
                    label(step),
                    step.optional(),
                    count,
                    share(count, first),
                    share(count, before),
                    group.dropped(number),
                    seconds(gaps.medianSeconds()),
                    seconds(gaps.meanSeconds())));
            before = step.optional() ? before : count;
        }
        return steps;
    }

    static String label(InsightQuery.Step step) {
        if (step.label() != null) {
            return step.label();
        }
        return String.join(
                " / ",
                step.any().stream()
                        .map(matcher -> matcher.event() == null ? "*" : matcher.event())
                        .toList());
    }

    private static @Nullable Double share(long count, long of) {
        return of == 0 ? null : count / (double) of;
    }

    private static @Nullable Double seconds(double value) {
        return Double.isNaN(value) ? null : Math.rint(value * 1000) / 1000;
    }

    private static InsightResult.@Nullable TimeToConvert timeToConvert(Durations durations) {
        if (durations.size() == 0) {
            return null;
        }
        return new InsightResult.TimeToConvert(
                durations.histogram().stream()
                        .map(bin -> new InsightResult.Bin(bin.from() / 1000.0, bin.to() / 1000.0, bin.count()))
                        .toList(),
                durations.medianSeconds(),
                durations.meanSeconds());
    }

    private static InsightResult.Entries entries(FunnelTally tally, Intervals intervals) {
        List<Long> entered = new ArrayList<>();
        List<Long> converted = new ArrayList<>();
        for (int i = 0; i < intervals.size(); i++) {
            entered.add(tally.entered(i));
            converted.add(tally.converted(i));
        }
        return new InsightResult.Entries(intervals.labels(), entered, converted);
    }
}
