package io.opsdeck.analytics.insight;

import io.opsdeck.analytics.fold.FoldNeeds;
import io.opsdeck.analytics.fold.Intervals;
import io.opsdeck.analytics.fold.RowFold;
import io.opsdeck.analytics.insight.InsightQuery.Breakdown;
import io.opsdeck.analytics.insight.InsightQuery.Measure;
import io.opsdeck.analytics.insight.InsightQuery.Series;
import io.opsdeck.analytics.insight.InsightResult.Line;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.function.IntToDoubleFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Answers trends. Series that measure the same property are counted in one pass. The values of a breakdown are ranked in
 * a pass of their own where there are more than are shown: who is "other" must be known before persons are counted.
 */
@Component
class Trends {

    static final String OTHER = "other";
    private static final int MOST_CELLS = 4_000_000;

    private final Engine engine;
    private final DailyPartials partials;
    private final Visits visits;

    Trends(Engine engine, DailyPartials partials) {
        this.engine = engine;
        this.partials = partials;
        this.visits = new Visits(engine);
    }

    /**
     * Lines as numbers, before they are shown.
     *
     * @param shown the values that have rows of their own; the row behind them is that of all others
     * @param order the rows that are shown
     */
    private record Counted(
            List<String> shown,
            List<Integer> order,
            Map<Integer, TrendTally> tallies,
            Map<Integer, double[][]> visits,
            long people) {

        /** The first rows in order, before anything is counted. */
        static Counted of(List<String> shown, boolean other) {
            return new Counted(
                    shown,
                    IntStream.range(0, shown.size() + (other ? 1 : 0)).boxed().toList(),
                    Map.of(),
                    Map.of(),
                    0);
        }
    }

    InsightResult.Trend answer(InsightQuery.Trend query, Asked asked) {
        QueryRange.Span span = asked.span(query.scope().range());
        Intervals intervals = asked.intervals(query.scope(), span);
        Counted counted = count(query, asked, intervals, null);
        InsightResult.Compared compared = null;
        QueryRange.Span before = before(query, span, asked);
        if (before != null) {
            Intervals earlier = asked.intervals(query.scope(), before);
            Counted then = count(query, asked, earlier, counted);
            compared = new InsightResult.Compared(earlier.labels(), lines(query, asked, earlier, then));
        }
        int incomplete = asked.firstIncomplete(intervals);
        List<Matcher> matchers = query.series().stream().map(Series::matcher).toList();
        List<List<String>> properties =
                query.series().stream().map(Series::property).toList();
        return new InsightResult.Trend(
                asked.answered(span, counted.people, asked.unknown(matchers, query.scope(), properties)),
                intervals.labels(),
                lines(query, asked, intervals, counted),
                compared,
                incomplete == intervals.size() ? null : incomplete);
    }

    /** The persons behind one cell: a series in an interval, or in all of them where {@code interval} is -1. */
    BitSet people(InsightQuery.Trend query, Asked asked, int series, int interval, @Nullable String value) {
        QueryRange.Span span = asked.span(query.scope().range());
        Intervals intervals = asked.intervals(query.scope(), span);
        List<String> shown = List.of();
        if (value != null) {
            shown = count(query, asked, intervals, null).shown;
            if (!shown.contains(value) && !OTHER.equals(value)) {
                return new BitSet();
            }
        }
        Series one = query.series().get(series);
        Breakdown split = value == null ? null : query.scope().breakdown();
        int row = value == null ? 0 : shown.contains(value) ? shown.indexOf(value) : shown.size();
        if (one.measure().isOfSessions() || (one.measure().isRolling() && interval >= 0)) {
            var visit = new Visits.Question(one, query.scope(), asked, intervals, split, shown);
            return visits.people(visit, interval, value == null ? -1 : row);
        }
        var question = Question.of(List.of(one), query.scope(), asked, intervals, split, List.of());
        var plan = new TrendFold.Plan(
                intervals, 1, shown.size() + 1, question.rows(shown), question.byTrait(), query.cumulative());
        int cell = plan.cell(0, row, interval < 0 ? intervals.size() : interval);
        return engine.people(
                new Engine.Run<>(
                        asked.snapshot(),
                        question.wish,
                        () -> new TrendFold(plan, false),
                        () -> new TrendTally(plan, false, false)),
                fold -> fold.has(cell));
    }

    /** Some series over some intervals, with the properties that they look at. */
    private record Question(Scan.Wish wish, @Nullable Breakdown split) {

        static Question of(
                List<Series> series,
                InsightQuery.Scope scope,
                Asked asked,
                Intervals intervals,
                @Nullable Breakdown split,
                List<String> measured) {
            var needs = new FoldNeeds(
                    intervals.from(),
                    intervals.to(),
                    false,
                    Asked.split(split) == io.opsdeck.analytics.fold.Breakdown.EVENT,
                    false,
                    !measured.isEmpty(),
                    Asked.split(split) == io.opsdeck.analytics.fold.Breakdown.PROFILE,
                    false);
            List<Matcher> matchers = series.stream().map(Series::matcher).toList();
            return new Question(
                    asked.wish(
                            matchers, scope, needs, Asked.Columns.split(split).measuring(measured)),
                    split);
        }

        boolean byTrait() {
            return split != null && split.source() == Filter.Source.PROFILE;
        }

        int[] rows(List<String> shown) {
            return split == null ? new int[0] : wish.split().rows(shown);
        }
    }

    private Counted count(InsightQuery.Trend query, Asked asked, Intervals intervals, @Nullable Counted like) {
        Breakdown breakdown = query.scope().breakdown();
        if (breakdown != null && like == null) {
            Counted all = countAll(query, asked, intervals, breakdown);
            return all != null ? all : count(query, asked, intervals, rank(query, asked, intervals, breakdown.limit()));
        }
        List<String> shown = like == null ? List.of() : like.shown;
        Map<List<String>, List<Integer>> byProperty = new LinkedHashMap<>();
        for (int i = 0; i < query.series().size(); i++) {
            byProperty
                    .computeIfAbsent(query.series().get(i).property(), key -> new ArrayList<>())
                    .add(i);
        }
        Map<Integer, TrendTally> tallies = new LinkedHashMap<>();
        long people = 0;
        int rows = rows(breakdown, shown);
        for (var group : byProperty.entrySet()) {
            List<Series> series =
                    group.getValue().stream().map(query.series()::get).toList();
            if ((long) series.size() * rows * (intervals.size() + 1L) > MOST_CELLS) {
                throw InsightError.QUERY_TOO_MANY.at("/breakdown/limit", MOST_CELLS);
            }
            var counting = new Counting(query, asked, series, group.getKey(), shown);
            var outcome = counting.over(intervals);
            group.getValue().forEach(index -> tallies.put(index, outcome.tally()));
            people = Math.max(people, outcome.people());
        }
        Map<Integer, double[][]> visited = new LinkedHashMap<>();
        for (int i = 0; i < query.series().size(); i++) {
            Series series = query.series().get(i);
            if (series.measure().isRolling() || series.measure().isOfSessions()) {
                var numbers =
                        visits.numbers(new Visits.Question(series, query.scope(), asked, intervals, breakdown, shown));
                visited.put(i, numbers.rows());
                people = Math.max(people, numbers.people());
            }
        }
        return new Counted(shown, like == null ? List.of(0) : like.order, tallies, visited, people);
    }

    private static int rows(@Nullable Breakdown breakdown, List<String> shown) {
        return breakdown == null ? 1 : shown.size() + 1;
    }

    /** Series that measure the same property, counted over any part of the axis. */
    private final class Counting {

        private final InsightQuery.Trend query;
        private final Asked asked;
        private final List<Series> series;
        private final List<String> property;
        private final List<String> shown;
        private final boolean amounts;

        Counting(
                InsightQuery.Trend query, Asked asked, List<Series> series, List<String> property, List<String> shown) {
            this.query = query;
            this.asked = asked;
            this.series = series;
            this.property = property;
            this.shown = shown;
            this.amounts = !property.isEmpty();
        }

        Engine.Outcome<TrendTally> over(Intervals intervals) {
            Question question = question(intervals);
            TrendFold.Plan plan = plan(question, intervals);
            InsightQuery.Scope scope = query.scope();
            var outcome = partials.sum(
                    new DailyPartials.Question(series, scope.filters(), scope.breakdown(), shown, amounts),
                    asked,
                    plan,
                    this::ofRange);
            boolean all = series.stream().anyMatch(one -> isPercentile(one.measure()));
            return outcome != null ? outcome : sum(question, plan, all, () -> new TrendTally(plan, amounts, all));
        }

        private TrendTally ofRange(Intervals part) {
            Question question = question(part);
            TrendFold.Plan plan = plan(question, part);
            return sum(question, plan, false, () -> TrendTally.ofRange(plan, amounts))
                    .tally();
        }

        private Question question(Intervals part) {
            return Question.of(series, query.scope(), asked, part, query.scope().breakdown(), property);
        }

        private TrendFold.Plan plan(Question question, Intervals part) {
            int rows = Trends.rows(query.scope().breakdown(), shown);
            return new TrendFold.Plan(
                    part, series.size(), rows, question.rows(shown), question.byTrait(), query.cumulative());
        }

        private Engine.Outcome<TrendTally> sum(
                Question question, TrendFold.Plan plan, boolean all, Supplier<TrendTally> tally) {
            boolean events = series.stream()
                    .anyMatch(one ->
                            one.measure() != Measure.UNIQUE && !one.measure().isRolling());
            asked.limits().take(TrendTally.bytes(plan, amounts, all));
            return engine.sum(new Engine.Run<>(
                    asked.snapshot(),
                    question.wish,
                    () -> new TrendFold(plan, events),
                    tally,
                    Trends.rows(plan, events)));
        }
    }

    private static @Nullable Supplier<RowFold<TrendTally>> rows(TrendFold.Plan plan, boolean events) {
        return TrendRows.fits(plan) ? () -> new TrendRows(plan, events) : null;
    }

    /** The values with the largest totals of the first series; ties by name. */
    private Counted rank(InsightQuery.Trend query, Asked asked, Intervals intervals, int limit) {
        Series first = query.series().get(0);
        Measure measure = first.measure().isRolling() ? Measure.UNIQUE : first.measure();
        measure = isAdditive(measure) ? measure : Measure.TOTAL;
        boolean amounts = measure == Measure.SUM;
        Intervals whole = Intervals.one(intervals.zone(), intervals.from(), intervals.to());
        var question = Question.of(
                query.series(),
                query.scope(),
                asked,
                whole,
                query.scope().breakdown(),
                amounts ? first.property() : List.of());
        Values values = question.wish.split();
        int[] rowOf = IntStream.range(0, values.size()).toArray();
        var plan = new TrendFold.Plan(whole, query.series().size(), values.size(), rowOf, question.byTrait(), false);
        asked.limits().take(TrendTally.bytes(plan, amounts, false));
        TrendTally tally = engine.sum(new Engine.Run<>(
                        asked.snapshot(),
                        question.wish,
                        () -> new TrendFold(plan, true),
                        () -> new TrendTally(plan, amounts, false),
                        rows(plan, true)))
                .tally();
        IntToDoubleFunction size = totals(query, asked, whole, values, tally, measure, plan);
        List<String> seen = IntStream.range(0, values.size())
                .filter(value -> IntStream.range(0, query.series().size())
                        .anyMatch(one -> tally.people(plan.cell(one, value, whole.size())) > 0))
                .boxed()
                .sorted(Comparator.comparingDouble((Integer value) -> -size.applyAsDouble(value))
                        .thenComparing(values::text))
                .limit(limit + 1L)
                .map(values::text)
                .toList();
        return Counted.of(seen.subList(0, Math.min(limit, seen.size())), seen.size() > limit);
    }

    /** Counts every value and ranks them afterwards; null where nobody can tell that all of them will be shown. */
    private @Nullable Counted countAll(
            InsightQuery.Trend query, Asked asked, Intervals intervals, Breakdown breakdown) {
        if (!query.series().stream().allMatch(series -> isAdditive(series.measure()))) {
            return null;
        }
        Values values = Question.of(query.series(), query.scope(), asked, intervals, breakdown, List.of())
                .wish
                .split();
        if (values.size() > breakdown.limit() + 1) {
            return null;
        }
        List<String> texts =
                IntStream.range(0, values.size()).mapToObj(values::text).toList();
        Counted all = count(query, asked, intervals, Counted.of(texts, false));
        double[] size = new double[texts.size()];
        List<Integer> order = new ArrayList<>();
        int[] place = places(query);
        for (int row = 0; row < size.length; row++) {
            boolean seen = false;
            for (int one = 0; one < query.series().size(); one++) {
                TrendTally tally = java.util.Objects.requireNonNull(all.tallies.get(one));
                seen |= tally.people(plan(query, intervals, all, one).cell(place[one], row, intervals.size())) > 0;
            }
            if (seen) {
                size[row] = numbers(query, intervals, all, 0, place[0], row)[intervals.size()];
                order.add(row);
            }
        }
        if (order.size() > breakdown.limit()) {
            return null;
        }
        order.sort(Comparator.comparingDouble((Integer row) -> -size[row]).thenComparing(texts::get));
        return new Counted(texts, order, all.tallies, all.visits, all.people);
    }

    /** Where each series stands among those that are counted with it. */
    private static int[] places(InsightQuery.Trend query) {
        Map<List<String>, Integer> seen = new LinkedHashMap<>();
        return query.series().stream()
                .mapToInt(series -> seen.merge(series.property(), 1, Integer::sum) - 1)
                .toArray();
    }

    /** Where the numbers of a series stand in its tally. */
    private static TrendFold.Plan plan(InsightQuery.Trend query, Intervals intervals, Counted counted, int one) {
        Series series = query.series().get(one);
        int group = (int) query.series().stream()
                .filter(each -> each.property().equals(series.property()))
                .count();
        boolean split = query.scope().breakdown() != null;
        return new TrendFold.Plan(intervals, group, split ? counted.shown.size() + 1 : 1, new int[0], false, false);
    }

    /** By what the values are ranked: sessions where these are asked for first, else what was counted. */
    private IntToDoubleFunction totals(
            InsightQuery.Trend query,
            Asked asked,
            Intervals whole,
            Values values,
            TrendTally tally,
            Measure measure,
            TrendFold.Plan plan) {
        Series first = query.series().get(0);
        if (!first.measure().isOfSessions()) {
            return value -> total(tally, measure, plan, value, whole.size());
        }
        List<String> all =
                IntStream.range(0, values.size()).mapToObj(values::text).toList();
        var sessions = new Series(first.matcher(), Measure.SESSIONS, List.of(), null);
        double[][] numbers = visits.numbers(new Visits.Question(
                        sessions, query.scope(), asked, whole, query.scope().breakdown(), all))
                .rows();
        return value -> numbers[value][whole.size()];
    }

    private static double total(TrendTally tally, Measure measure, TrendFold.Plan plan, int row, int intervals) {
        if (measure == Measure.UNIQUE) {
            return tally.people(plan.cell(0, row, intervals));
        }
        return tally.value(measure, cells(plan, 0, row, intervals));
    }

    private static boolean isPercentile(Measure measure) {
        return switch (measure) {
            case MEDIAN, P90, P95, P99 -> true;
            default -> false;
        };
    }

    static boolean isAdditive(Measure measure) {
        return measure == Measure.TOTAL || measure == Measure.UNIQUE || measure == Measure.SUM;
    }

    private static QueryRange.@Nullable Span before(InsightQuery.Trend query, QueryRange.Span span, Asked asked) {
        ZoneId zone = asked.settings().timeZone();
        return switch (query.scope().compare()) {
            case NONE -> null;
            case PREVIOUS -> {
                if (query.scope().range() instanceof QueryRange.Last last && last.complete()) {
                    var both = new QueryRange.Last(2 * last.amount(), last.unit(), true);
                    yield new QueryRange.Span(asked.span(both).from(), span.from());
                }
                long days = Math.round((span.to() - span.from()) / 86_400_000.0);
                boolean local = query.scope().range() instanceof QueryRange.Dates
                        || (query.scope().range() instanceof QueryRange.Last last
                                && last.unit().ordinal() >= QueryRange.Unit.DAY.ordinal());
                yield local
                        ? new QueryRange.Span(shift(span.from(), zone, days, 0), span.from())
                        : new QueryRange.Span(2 * span.from() - span.to(), span.from());
            }
            case YEAR -> new QueryRange.Span(shift(span.from(), zone, 0, 1), shift(span.to(), zone, 0, 1));
        };
    }

    private static long shift(long at, ZoneId zone, long days, int years) {
        var local = Instant.ofEpochMilli(at).atZone(zone);
        LocalDate day = local.toLocalDate().minusDays(days).minusYears(years);
        return day.atTime(local.toLocalTime()).atZone(zone).toInstant().toEpochMilli();
    }

    private List<Line> lines(InsightQuery.Trend query, Asked asked, Intervals intervals, Counted counted) {
        boolean split = query.scope().breakdown() != null;
        List<Line> lines = new ArrayList<>();
        int[] place = places(query);
        for (int row : counted.order) {
            int of = row;
            String value = !split ? null : row < counted.shown.size() ? counted.shown.get(row) : OTHER;
            IntFunction<double[]> numbers = one -> numbers(query, intervals, counted, one, place[one], of);
            if (query.formula() != null) {
                lines.add(formula(query, query.formula(), intervals, numbers, value));
                continue;
            }
            for (int one = 0; one < query.series().size(); one++) {
                Series series = query.series().get(one);
                double[] data = numbers.apply(one);
                lines.add(new Line(
                        one,
                        label(series),
                        value,
                        shown(query, Arrays.copyOf(data, intervals.size())),
                        number(data[intervals.size()])));
            }
        }
        return lines;
    }

    private static String label(Series series) {
        if (series.label() != null) {
            return series.label();
        }
        return series.matcher().event() == null ? "*" : series.matcher().event();
    }

    private static Line formula(
            InsightQuery.Trend query,
            Formula formula,
            Intervals intervals,
            IntFunction<double[]> numbers,
            @Nullable String value) {
        double[][] all = new double[query.series().size()][];
        Arrays.setAll(all, numbers);
        double[] data = new double[intervals.size() + 1];
        Arrays.setAll(data, i -> formula.value(one -> all[one][i]));
        return new Line(
                -1,
                formula.toString(),
                value,
                shown(query, Arrays.copyOf(data, intervals.size())),
                number(data[intervals.size()]));
    }

    /** A number per interval and, last, that of the whole range. */
    private static double[] numbers(
            InsightQuery.Trend query, Intervals intervals, Counted counted, int one, int place, int row) {
        Series series = query.series().get(one);
        double[][] visited = counted.visits.get(one);
        if (visited != null && series.measure().isOfSessions()) {
            return visited[row];
        }
        TrendTally tally = java.util.Objects.requireNonNull(counted.tallies.get(one));
        TrendFold.Plan plan = plan(query, intervals, counted, one);
        double[] data = new double[intervals.size() + 1];
        for (int interval = 0; interval < intervals.size() && visited == null; interval++) {
            data[interval] = tally.value(series.measure(), plan.cell(place, row, interval));
        }
        int whole = plan.cell(place, row, intervals.size());
        int[] cells = cells(plan, place, row, intervals.size());
        if (visited != null) {
            System.arraycopy(visited[row], 0, data, 0, intervals.size());
        }
        data[intervals.size()] = switch (series.measure()) {
            case UNIQUE, ACTIVE -> tally.people(whole);
            case STICKINESS -> tally.value(Measure.UNIQUE, cells) / intervals.size() / tally.people(whole);
            case PER_USER ->
                tally.people(whole) == 0 ? Double.NaN : tally.value(Measure.TOTAL, cells) / tally.people(whole);
            default -> tally.value(series.measure(), cells);
        };
        return data;
    }

    private static int[] cells(TrendFold.Plan plan, int one, int row, int intervals) {
        return IntStream.range(0, intervals)
                .map(interval -> plan.cell(one, row, interval))
                .toArray();
    }

    private static List<@Nullable Number> shown(InsightQuery.Trend query, double[] data) {
        List<@Nullable Number> shown = new ArrayList<>();
        double sum = 0;
        for (double each : data) {
            sum += Double.isNaN(each) ? 0 : each;
            shown.add(number(query.cumulative() ? sum : each));
        }
        return shown;
    }

    /** Whole numbers as such, others to six decimals; null for none. */
    static @Nullable Number number(double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return null;
        }
        double rounded = Math.rint(value * 1e6) / 1e6;
        if (rounded == Math.rint(rounded) && Math.abs(rounded) < 1L << 53) {
            return (long) rounded;
        }
        return Math.abs(value) < 1e9 ? rounded : value;
    }
}
