package io.opsdeck.analytics.insight;

import io.opsdeck.analytics.fold.ActiveFold;
import io.opsdeck.analytics.fold.ActivePlan;
import io.opsdeck.analytics.fold.ActiveTally;
import io.opsdeck.analytics.fold.Intervals;
import io.opsdeck.analytics.fold.SessionFold;
import io.opsdeck.analytics.fold.SessionPlan;
import io.opsdeck.analytics.fold.SessionTally;
import io.opsdeck.analytics.insight.InsightQuery.Breakdown;
import io.opsdeck.analytics.insight.InsightQuery.Measure;
import io.opsdeck.analytics.insight.InsightQuery.Scope;
import io.opsdeck.analytics.insight.InsightQuery.Series;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Series of a trend that are no sum over events: active users in rolling windows, and sessions. */
final class Visits {

    private final Engine engine;

    Visits(Engine engine) {
        this.engine = engine;
    }

    /**
     * One series over some intervals.
     *
     * @param breakdown by what it is split, or null
     * @param shown the values that have rows of their own; all others share the row behind them
     */
    record Question(
            Series series,
            Scope scope,
            Asked asked,
            Intervals intervals,
            @Nullable Breakdown breakdown,
            List<String> shown) {

        int rows() {
            return breakdown == null ? 1 : shown.size() + 1;
        }

        /** The values of a breakdown are rows already, so that whoever has several of the others counts once. */
        Scan.Wish wish(io.opsdeck.analytics.fold.FoldNeeds needs) {
            Scan.Wish wish = asked.wish(List.of(series.matcher()), scope, needs, Asked.Columns.split(breakdown));
            return breakdown == null ? wish : wish.inRows(wish.split().rows(shown));
        }

        ActivePlan active(int before, int window) {
            return new ActivePlan(1, before == 0 ? intervals : intervals.precededBy(before), window, split());
        }

        /** Only daily counts cut a session at midnight. */
        SessionPlan sessions() {
            return new SessionPlan(
                    1, intervals, SessionPlan.DEFAULT_GAP, intervals.unit() == Intervals.Unit.DAY, split());
        }

        private io.opsdeck.analytics.fold.Breakdown split() {
            return Asked.split(breakdown);
        }
    }

    /**
     * A number per row and interval and, last, that of the whole range; that of active users is missing.
     *
     * @param people how many persons had an event that was looked at
     */
    record Numbers(double[][] rows, long people) {}

    Numbers numbers(Question question) {
        Measure measure = question.series.measure();
        if (measure.isOfSessions()) {
            return sessions(question, measure);
        }
        int window = question.series.rolling();
        var outcome = engine.sum(run(question, question.active(0, window)));
        double[][] numbers = empty(question);
        for (int row = 0; row < numbers.length; row++) {
            for (int i = 0; i < question.intervals.size(); i++) {
                numbers[row][i] = count(question, outcome.tally(), row, i);
            }
        }
        if (measure == Measure.STICKINESS) {
            divide(question, window, numbers);
        }
        return new Numbers(numbers, outcome.people());
    }

    private static double count(Question question, ActiveTally tally, int row, int interval) {
        return question.breakdown == null ? tally.count(interval) : tally.count(row, interval);
    }

    /** The mean of the persons of each interval in the window by those of the window. */
    private void divide(Question question, int window, double[][] active) {
        ActiveTally each =
                engine.sum(run(question, question.active(window - 1, 1))).tally();
        for (int row = 0; row < active.length; row++) {
            for (int i = 0; i < question.intervals.size(); i++) {
                double sum = 0;
                for (int k = 0; k < window; k++) {
                    sum += count(question, each, row, i + k);
                }
                active[row][i] = active[row][i] == 0 ? Double.NaN : sum / window / active[row][i];
            }
        }
    }

    private static Engine.Run<ActiveFold, ActiveTally> run(Question question, ActivePlan plan) {
        return new Engine.Run<>(
                question.asked.snapshot(),
                question.wish(plan.needs()),
                () -> new ActiveFold(plan),
                () -> new ActiveTally(plan));
    }

    private Numbers sessions(Question question, Measure measure) {
        SessionPlan plan = question.sessions();
        var outcome = engine.sum(run(question, plan));
        double[][] numbers = empty(question);
        for (int row = 0; row < numbers.length; row++) {
            SessionTally.Group group = question.breakdown == null
                    ? outcome.tally().overall()
                    : outcome.tally().of(row);
            long begun = 0;
            double sum = 0;
            int intervals = question.intervals.size();
            for (int i = 0; i < intervals; i++) {
                begun += group.begun(i);
                sum += measure == Measure.BOUNCE_RATE ? group.bounces(i) : group.length(i) / 1000.0;
                numbers[row][i] = switch (measure) {
                    case SESSIONS -> group.count(i);
                    case BOUNCE_RATE -> group.bounceRate(i);
                    default -> group.meanSeconds(i);
                };
            }
            numbers[row][intervals] = measure == Measure.SESSIONS ? begun : sum / begun;
        }
        return new Numbers(numbers, outcome.people());
    }

    private static Engine.Run<SessionFold, SessionTally> run(Question question, SessionPlan plan) {
        return new Engine.Run<>(
                question.asked.snapshot(),
                question.wish(plan.needs()),
                () -> new SessionFold(plan),
                () -> new SessionTally(plan));
    }

    private static double[][] empty(Question question) {
        double[][] numbers = new double[question.rows()][question.intervals.size() + 1];
        for (double[] row : numbers) {
            Arrays.fill(row, Double.NaN);
        }
        return numbers;
    }

    /**
     * Who is counted in an interval.
     *
     * @param interval -1 for the whole range, of sessions alone
     * @param row the row of a value, or -1 for everybody
     */
    BitSet people(Question question, int interval, int row) {
        if (question.series.measure().isRolling()) {
            ActivePlan plan = question.active(0, question.series.rolling());
            return engine.people(
                    run(question, plan), fold -> row < 0 ? fold.activeIn(interval) : fold.activeIn(row, interval));
        }
        boolean counted = question.series.measure() == Measure.SESSIONS && interval >= 0;
        Predicate<SessionFold> behind = counted
                ? fold -> row < 0 ? fold.hasSession(interval) : fold.hasSession(row, interval)
                : fold -> began(fold, interval, row);
        return engine.people(run(question, question.sessions()), behind);
    }

    private static boolean began(SessionFold fold, int interval, int row) {
        for (int s = 0; s < fold.sessions(); s++) {
            if ((interval < 0 || fold.interval(s) == interval) && (row < 0 || fold.code(s) == row)) {
                return true;
            }
        }
        return false;
    }
}
