package io.opsdeck.analytics.insight;

import io.opsdeck.analytics.fold.Intervals;
import io.opsdeck.analytics.fold.LifecycleFold;
import io.opsdeck.analytics.fold.LifecyclePlan;
import io.opsdeck.analytics.fold.LifecyclePlan.State;
import io.opsdeck.analytics.fold.LifecycleRows;
import io.opsdeck.analytics.fold.LifecycleTally;
import io.opsdeck.analytics.fold.RetentionFold;
import io.opsdeck.analytics.fold.RetentionPlan;
import io.opsdeck.analytics.fold.RetentionTally;
import io.opsdeck.analytics.fold.StickinessFold;
import io.opsdeck.analytics.fold.StickinessPlan;
import io.opsdeck.analytics.fold.StickinessTally;
import io.opsdeck.analytics.insight.InsightQuery.Breakdown;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntToLongFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Answers who comes back: retention, lifecycle and stickiness. */
@Component
class Returns {

    private static final int MOST_PERIODS = 60;

    private final Engine engine;

    Returns(Engine engine) {
        this.engine = engine;
    }

    InsightResult.Retention answer(InsightQuery.Retention query, Asked asked) {
        Breakdown breakdown = query.scope().breakdown();
        RetentionPlan plan = plan(query, asked, query.scope().interval());
        Scan.Wish wish = wish(query, asked, plan);
        var outcome = engine.sum(run(asked, wish, plan, () -> new RetentionTally(plan)));
        RetentionTally tally = outcome.tally();
        List<InsightResult.Cohort> cohorts = cohorts(tally, plan, tally::count, tally::returnedAtOnce);
        List<List<Integer>> incomplete = new ArrayList<>();
        for (int cohort = 0; cohort < plan.cohorts().size(); cohort++) {
            for (int column = 0; column <= tally.columns(); column++) {
                if (!tally.isComplete(cohort, column)) {
                    incomplete.add(List.of(cohort, column));
                }
            }
        }
        List<InsightResult.Returned> splits = List.of();
        if (breakdown != null) {
            splits = splits(query, asked, plan, wish, breakdown.limit());
        }
        return new InsightResult.Retention(
                asked.answered(
                        asked.span(query.scope().range()),
                        outcome.people(),
                        asked.unknown(matchers(query), query.scope())),
                cohorts,
                means(query, tally, cohorts),
                incomplete,
                splits);
    }

    private interface Cell {
        long count(int cohort, int column);
    }

    private static List<InsightResult.Cohort> cohorts(
            RetentionTally tally, RetentionPlan plan, Cell cell, IntToLongFunction again) {
        List<InsightResult.Cohort> cohorts = new ArrayList<>();
        for (int cohort = 0; cohort < plan.cohorts().size(); cohort++) {
            List<Long> data = new ArrayList<>();
            for (int column = 0; column <= tally.columns(); column++) {
                data.add(cell.count(cohort, column));
            }
            cohorts.add(new InsightResult.Cohort(
                    plan.cohorts().label(cohort), data.get(0), data, again.applyAsLong(cohort)));
        }
        return cohorts;
    }

    /** Over the cohorts whose cell is complete; null where there is nobody. */
    private static List<@Nullable Double> means(
            InsightQuery.Retention query, RetentionTally tally, List<InsightResult.Cohort> cohorts) {
        List<@Nullable Double> means = new ArrayList<>();
        for (int column = 0; column <= tally.columns(); column++) {
            double returned = 0;
            double size = 0;
            for (int cohort = 0; cohort < cohorts.size(); cohort++) {
                InsightResult.Cohort of = cohorts.get(cohort);
                if (of.size() > 0 && tally.isComplete(cohort, column)) {
                    boolean weighted = query.mean() == InsightQuery.Mean.WEIGHTED;
                    returned += weighted ? of.data().get(column) : of.data().get(column) / (double) of.size();
                    size += weighted ? of.size() : 1;
                }
            }
            means.add(size == 0 ? null : returned / size);
        }
        return means;
    }

    private List<InsightResult.Returned> splits(
            InsightQuery.Retention query, Asked asked, RetentionPlan plan, Scan.Wish wish, int limit) {
        Values values = wish.split();
        int[] ranked = ranked(query, asked, values);
        int[] kept = Arrays.copyOf(ranked, Math.min(limit, ranked.length));
        RetentionTally tally = engine.sum(run(asked, wish, plan, () -> RetentionTally.ofValues(plan, kept)))
                .tally();
        List<InsightResult.Returned> splits = new ArrayList<>();
        for (int i = 0; i <= kept.length && i < ranked.length; i++) {
            int code = i < kept.length ? kept[i] : RetentionTally.OTHER;
            List<InsightResult.Cohort> cohorts = cohorts(
                    tally,
                    plan,
                    (cohort, column) -> tally.count(code, cohort, column),
                    cohort -> tally.returnedAtOnce(code, cohort));
            splits.add(new InsightResult.Returned(
                    i < kept.length ? values.text(code) : Trends.OTHER, cohorts, means(query, tally, cohorts)));
        }
        return splits;
    }

    /** The values of most people who started in the range; ties by name. */
    private int[] ranked(InsightQuery.Retention query, Asked asked, Values values) {
        RetentionPlan whole = plan(query, asked, null);
        RetentionTally tally = engine.sum(run(asked, wish(query, asked, whole), whole, () -> new RetentionTally(whole)))
                .tally();
        return Arrays.stream(tally.values())
                .boxed()
                .filter(code -> tally.count(code, 0, 0) > 0)
                .sorted(Comparator.comparingLong((Integer code) -> -tally.count(code, 0, 0))
                        .thenComparing(values::text))
                .mapToInt(code -> code)
                .toArray();
    }

    BitSet people(InsightQuery.Retention query, Asked asked, InsightPoint point) {
        int cohort = point.cohort();
        int period = point.period();
        RetentionPlan plan = plan(query, asked, query.scope().interval());
        if (cohort >= plan.cohorts().size() || period > plan.columns()) {
            throw InsightError.QUERY_VALUE_INVALID.at("/point", cohort + ", " + period);
        }
        Scan.Wish wish = wish(query, asked, plan);
        var run = run(asked, wish, plan, () -> new RetentionTally(plan));
        String value = point.breakdown();
        Breakdown breakdown = query.scope().breakdown();
        if (value == null || breakdown == null) {
            return engine.people(run, fold -> fold.returned(cohort, period));
        }
        int[] ranked = ranked(query, asked, wish.split());
        int code = wish.split().find(value);
        var shown = new BitSet();
        Arrays.stream(ranked).limit(breakdown.limit()).forEach(shown::set);
        if (code >= 0 && shown.get(code)) {
            return engine.people(run, fold -> fold.returned(code, cohort, period));
        }
        if (!value.equals(Trends.OTHER)) {
            return new BitSet();
        }
        return engine.people(run, fold -> fold.returnedAmongOthers(shown::get, cohort, period));
    }

    private static Scan.Wish wish(InsightQuery.Retention query, Asked asked, RetentionPlan plan) {
        return asked.wish(
                matchers(query),
                query.scope(),
                plan.needs(),
                Asked.Columns.split(query.scope().breakdown()));
    }

    private static Engine.Run<RetentionFold, RetentionTally> run(
            Asked asked, Scan.Wish wish, RetentionPlan plan, Supplier<RetentionTally> tally) {
        return new Engine.Run<>(asked.snapshot(), wish, () -> new RetentionFold(plan), tally);
    }

    private static List<Matcher> matchers(InsightQuery.Retention query) {
        return query.start().equals(query.back()) ? List.of(query.start()) : List.of(query.start(), query.back());
    }

    /** With the range as one cohort and nothing beyond where {@code unit} is null. */
    private static RetentionPlan plan(InsightQuery.Retention query, Asked asked, Intervals.@Nullable Unit unit) {
        QueryRange.Span span = asked.span(query.scope().range());
        io.opsdeck.analytics.fold.Breakdown split = Asked.split(query.scope().breakdown());
        if (unit == null) {
            return new RetentionPlan(
                    1,
                    query.start().equals(query.back()) ? 1 : 2,
                    query.cohort(),
                    RetentionPlan.Mode.ON,
                    RetentionPlan.Clock.CALENDAR,
                    Intervals.one(asked.settings().timeZone(), span.from(), span.to()),
                    0,
                    List.of(),
                    asked.completeUntil(),
                    split);
        }
        Intervals cohorts = asked.intervals(query.scope(), span);
        int last = query.brackets().stream()
                .mapToInt(RetentionPlan.Bracket::to)
                .max()
                .orElse(0);
        int periods = query.periods() < 0 ? Math.min(cohorts.size() - 1, MOST_PERIODS) : query.periods();
        return new RetentionPlan(
                1,
                query.start().equals(query.back()) ? 1 : 2,
                query.cohort(),
                query.mode(),
                query.clock(),
                cohorts,
                Math.max(1, Math.max(periods, last)),
                query.brackets(),
                asked.completeUntil(),
                split);
    }

    InsightResult.Lifecycle answer(InsightQuery.Lifecycle query, Asked asked) {
        LifecyclePlan plan = plan(query, asked);
        var outcome = engine.sum(run(query, asked, plan));
        LifecycleTally tally = outcome.tally();
        Intervals intervals = plan.intervals();
        int incomplete = asked.firstIncomplete(intervals);
        return new InsightResult.Lifecycle(
                asked.answered(
                        asked.span(query.scope().range()),
                        outcome.people(),
                        asked.unknown(List.of(query.matcher()), query.scope())),
                intervals.labels(),
                counts(tally, State.NEW, intervals),
                counts(tally, State.RETURNING, intervals),
                counts(tally, State.RESURRECTING, intervals),
                counts(tally, State.DORMANT, intervals),
                incomplete == intervals.size() ? null : incomplete);
    }

    private static List<Long> counts(LifecycleTally tally, State state, Intervals intervals) {
        return IntStream.range(0, intervals.size())
                .mapToObj(interval -> tally.count(state, interval))
                .toList();
    }

    BitSet people(InsightQuery.Lifecycle query, Asked asked, State state, int interval) {
        return engine.people(run(query, asked, plan(query, asked)), fold -> fold.is(state, interval));
    }

    private static LifecyclePlan plan(InsightQuery.Lifecycle query, Asked asked) {
        Intervals intervals =
                asked.intervals(query.scope(), asked.span(query.scope().range()));
        return new LifecyclePlan(1, intervals, query.newBy());
    }

    private static Engine.Run<LifecycleFold, LifecycleTally> run(
            InsightQuery.Lifecycle query, Asked asked, LifecyclePlan plan) {
        return new Engine.Run<>(
                asked.snapshot(),
                asked.wish(List.of(query.matcher()), query.scope(), plan.needs()),
                () -> new LifecycleFold(plan),
                () -> new LifecycleTally(plan),
                LifecycleRows.fits(plan) ? () -> new LifecycleRows(plan) : null);
    }

    InsightResult.Stickiness answer(InsightQuery.Stickiness query, Asked asked) {
        StickinessPlan plan = plan(query, asked);
        var outcome = engine.sum(run(query, asked, plan));
        StickinessTally tally = outcome.tally();
        List<InsightResult.Bucket> buckets = IntStream.rangeClosed(
                        1, plan.intervals().size())
                .mapToObj(count -> new InsightResult.Bucket(
                        count, query.cumulative() ? tally.atLeast(count) : tally.exactly(count)))
                .toList();
        return new InsightResult.Stickiness(
                asked.answered(
                        asked.span(query.scope().range()),
                        outcome.people(),
                        asked.unknown(List.of(query.matcher()), query.scope())),
                buckets);
    }

    BitSet people(InsightQuery.Stickiness query, Asked asked, int intervals) {
        return engine.people(
                run(query, asked, plan(query, asked)),
                fold -> query.cumulative() ? fold.active() >= intervals : fold.active() == intervals);
    }

    private static StickinessPlan plan(InsightQuery.Stickiness query, Asked asked) {
        return new StickinessPlan(
                1, asked.intervals(query.scope(), asked.span(query.scope().range())));
    }

    private static Engine.Run<StickinessFold, StickinessTally> run(
            InsightQuery.Stickiness query, Asked asked, StickinessPlan plan) {
        return new Engine.Run<>(
                asked.snapshot(),
                asked.wish(List.of(query.matcher()), query.scope(), plan.needs()),
                () -> new StickinessFold(plan),
                () -> new StickinessTally(plan));
    }
}
