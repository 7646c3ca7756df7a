package io.opsdeck.web.insight;

import io.opsdeck.analytics.fold.Intervals;
import io.opsdeck.analytics.forecast.RunRate;
import io.opsdeck.analytics.forecast.RunRate.Piece;
import io.opsdeck.analytics.insight.InsightQuery;
import io.opsdeck.analytics.insight.InsightQuery.Measure;
import io.opsdeck.analytics.insight.InsightQuery.Scope;
import io.opsdeck.analytics.insight.InsightResult;
import io.opsdeck.analytics.insight.QueryRange;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** What the last interval of a trend will come to, where it has not ended and its numbers add up over days. */
final class Forecast {

    private static final int DAYS_BEFORE = 56;
    private static final int DAYS_OF_HOURS = 29;

    private final InsightQuery.@Nullable Trend query;
    private final InsightResult.@Nullable Trend pieces;
    private final ChronoUnit unit;
    private final LocalDateTime begin;
    private final LocalDateTime end;
    private final LocalDateTime now;

    private Forecast(
            InsightQuery.@Nullable Trend query,
            InsightResult.@Nullable Trend pieces,
            ChronoUnit unit,
            LocalDateTime begin,
            LocalDateTime end,
            LocalDateTime now) {
        this.query = query;
        this.pieces = pieces;
        this.unit = unit;
        this.begin = begin;
        this.end = end;
        this.now = now;
    }

    static Forecast none() {
        return new Forecast(null, null, ChronoUnit.DAYS, LocalDateTime.MIN, LocalDateTime.MIN, LocalDateTime.MIN);
    }

    /** The question whose answer {@link #of(InsightQuery, InsightResult, InsightResult, LocalDateTime)} needs. */
    static Optional<InsightQuery> needs(InsightQuery query, InsightResult result, LocalDateTime now) {
        if (!(query instanceof InsightQuery.Trend trend) || !(result instanceof InsightResult.Trend answer)) {
            return Optional.empty();
        }
        boolean adds = trend.formula() == null
                && !trend.cumulative()
                && trend.series().stream()
                        .allMatch(series -> series.measure() == Measure.TOTAL || series.measure() == Measure.SUM);
        Scope scope = trend.scope();
        boolean coarse = scope.interval() == Intervals.Unit.DAY
                || scope.interval() == Intervals.Unit.WEEK
                || scope.interval() == Intervals.Unit.MONTH;
        if (!adds
                || !coarse
                || answer.incompleteFrom() == null
                || answer.labels().size() < 2) {
            return Optional.empty();
        }
        LocalDate first = LocalDate.parse(answer.labels().get(answer.labels().size() - 1));
        if (!end(first, scope.interval()).isAfter(now)) {
            return Optional.empty();
        }
        boolean hours = scope.interval() == Intervals.Unit.DAY;
        var finer = new Scope(
                new QueryRange.Dates(first.minusDays(hours ? DAYS_OF_HOURS : DAYS_BEFORE), now.toLocalDate()),
                hours ? Intervals.Unit.HOUR : Intervals.Unit.DAY,
                scope.filters(),
                scope.breakdown(),
                InsightQuery.Compare.NONE,
                scope.people(),
                scope.includeInternal());
        return Optional.of(new InsightQuery.Trend(finer, trend.series(), null, false));
    }

    static Forecast of(InsightQuery query, InsightResult result, InsightResult pieces, LocalDateTime now) {
        var trend = (InsightQuery.Trend) query;
        List<String> labels = ((InsightResult.Trend) result).labels();
        LocalDate first = LocalDate.parse(labels.get(labels.size() - 1));
        Intervals.Unit interval = trend.scope().interval();
        return new Forecast(
                trend,
                (InsightResult.Trend) pieces,
                interval == Intervals.Unit.DAY ? ChronoUnit.HOURS : ChronoUnit.DAYS,
                first.atStartOfDay(),
                end(first, interval),
                now);
    }

    private static LocalDateTime end(LocalDate first, Intervals.Unit interval) {
        return switch (interval) {
            case WEEK -> first.plusWeeks(1).atStartOfDay();
            case MONTH -> first.plusMonths(1).withDayOfMonth(1).atStartOfDay();
            default -> first.plusDays(1).atStartOfDay();
        };
    }

    boolean isMade() {
        return query != null && pieces != null && pieces.series().stream().anyMatch(line -> of(line).isPresent());
    }

    /** What the last interval of a line will come to. */
    OptionalDouble of(InsightResult.Line line) {
        if (pieces == null) {
            return OptionalDouble.empty();
        }
        return pieces.series().stream()
                .filter(each -> each.series() == line.series() && Objects.equals(each.breakdown(), line.breakdown()))
                .findFirst()
                .map(each -> RunRate.forecast(counts(each), unit, begin, end, now))
                .orElse(OptionalDouble.empty());
    }

    private List<Piece> counts(InsightResult.Line line) {
        List<String> labels = Objects.requireNonNull(pieces).labels();
        List<Piece> counts = new ArrayList<>();
        for (int i = 0; i < labels.size(); i++) {
            Number count = line.data().get(i);
            String label = labels.get(i);
            LocalDateTime at = unit == ChronoUnit.DAYS
                    ? LocalDate.parse(label).atStartOfDay()
                    : LocalDateTime.parse(label.substring(0, "2026-11-03T10:00".length()));
            counts.add(new Piece(at, count == null ? 0 : count.doubleValue()));
        }
        return counts;
    }
}
