package io.opsdeck.analytics.insight;

import io.opsdeck.analytics.fold.Intervals;
import io.opsdeck.analytics.fold.LifecycleFold;
import io.opsdeck.analytics.fold.LifecyclePlan;
import io.opsdeck.analytics.fold.LifecyclePlan.State;
import io.opsdeck.analytics.fold.LifecycleTally;
import io.opsdeck.analytics.fold.RetentionFold;
import io.opsdeck.analytics.fold.RetentionPlan;
import io.opsdeck.analytics.fold.RetentionTally;
import io.opsdeck.analytics.fold.StickinessFold;
import io.opsdeck.analytics.fold.StickinessPlan;
import io.opsdeck.analytics.fold.StickinessTally;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
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
        RetentionPlan plan = plan(query, asked);
        var outcome = engine.sum(run(query, asked, plan));
        RetentionTally tally = outcome.tally();
        List<InsightResult.Cohort> cohorts = new ArrayList<>();
        List<List<Integer>> incomplete = new ArrayList<>();
        for (int cohort = 0; cohort < plan.cohorts().size(); cohort++) {
            List<Long> data = new ArrayList<>();
            for (int column = 0; column <= tally.columns(); column++) {
                data.add(tally.count(cohort, column));
                if (!tally.isComplete(cohort, column)) {
                    incomplete.add(List.of(cohort, column));
                }
            }
            cohorts.add(new InsightResult.Cohort(
                    plan.cohorts().label(cohort), data.get(0), data, tally.returnedAtOnce(cohort)));
        }
        List<@Nullable Double> mean = new ArrayList<>();
        for (int column = 0; column <= tally.columns(); column++) {
            double share = tally.weightedMean(column);
            mean.add(Double.isNaN(share) ? null : share);
        }
        return new InsightResult.Retention(
                asked.answered(
                        asked.span(query.scope().range()),
                        outcome.people(),
                        asked.unknown(matchers(query), query.scope().filters(), List.of())),
                cohorts,
                mean,
                incomplete);
    }

    BitSet people(InsightQuery.Retention query, Asked asked, int cohort, int period) {
        RetentionPlan plan = plan(query, asked);
        if (cohort >= plan.cohorts().size() || period > plan.columns()) {
            throw InsightError.QUERY_VALUE_INVALID.at("/point", cohort + ", " + period);
        }
        return engine.people(run(query, asked, plan), fold -> fold.returned(cohort, period));
    }

    private static Engine.Run<RetentionFold, RetentionTally> run(
            InsightQuery.Retention query, Asked asked, RetentionPlan plan) {
        return new Engine.Run<>(
                asked.snapshot(),
                asked.wish(matchers(query), query.scope(), plan.needs()),
                () -> new RetentionFold(plan),
                () -> new RetentionTally(plan));
    }

    private static List<Matcher> matchers(InsightQuery.Retention query) {
        return query.start().equals(query.back()) ? List.of(query.start()) : List.of(query.start(), query.back());
    }

    private static RetentionPlan plan(InsightQuery.Retention query, Asked asked) {
        Intervals cohorts =
                asked.intervals(query.scope(), asked.span(query.scope().range()));
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
                io.opsdeck.analytics.fold.Breakdown.NONE);
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
                        asked.unknown(List.of(query.matcher()), query.scope().filters(), List.of())),
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
        return new LifecyclePlan(1, intervals, LifecyclePlan.NewBy.FIRST_EVENT);
    }

    private static Engine.Run<LifecycleFold, LifecycleTally> run(
            InsightQuery.Lifecycle query, Asked asked, LifecyclePlan plan) {
        return new Engine.Run<>(
                asked.snapshot(),
                asked.wish(List.of(query.matcher()), query.scope(), plan.needs()),
                () -> new LifecycleFold(plan),
                () -> new LifecycleTally(plan));
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
                        asked.unknown(List.of(query.matcher()), query.scope().filters(), List.of())),
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
