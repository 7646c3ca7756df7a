package io.opsdeck.analytics.insight;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Scheduler;
import io.opsdeck.analytics.fold.Intervals;
import io.opsdeck.analytics.insight.InsightQuery.Breakdown;
import io.opsdeck.analytics.insight.InsightQuery.Measure;
import io.opsdeck.analytics.insight.InsightQuery.Series;
import io.opsdeck.analytics.store.Snapshot;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * What was counted in whole months of the workspace's calendar, so that an event that arrives costs one month of a trend
 * and not all of them. Only what adds up is kept: counts and sums over any intervals, persons where no interval lies in two
 * months. Whoever was seen in a month is a bit, so that the persons of the whole range are exact. A month is counted
 * again when a row of it, a merge or who is hidden has changed.
 */
@Component
class DailyPartials {

    private static final Duration KEPT = Duration.ofHours(1);

    /** With fewer whole months in the range nothing is won. */
    private static final int LEAST_MONTHS = 2;

    private static final long MOST_BYTES_OF_PERSONS = 4 << 20;

    private static final Set<Measure> OF_PERSONS = Set.of(Measure.UNIQUE, Measure.PER_USER);
    private static final Set<Measure> OF_EVENTS =
            Set.of(Measure.TOTAL, Measure.SUM, Measure.AVERAGE, Measure.MIN, Measure.MAX);

    private final @Nullable Cache<Key, TrendTally> months;

    /** @param bytes of all months together; 0 keeps none */
    DailyPartials(@Value("${opsdeck.insights.partial-bytes:33554432}") long bytes) {
        this.months = bytes <= 0
                ? null
                : Caffeine.newBuilder()
                        .maximumWeight(bytes)
                        .weigher((Key key, TrendTally tally) ->
                                (int) Math.min(Integer.MAX_VALUE, tally.bytes() + key.hidden.size() / 8))
                        .expireAfterAccess(KEPT)
                        .scheduler(Scheduler.systemScheduler())
                        .build();
    }

    /**
     * Series that are counted together, apart from the range.
     *
     * @param shown the values that have a row
     * @param amounts whether numbers are measured
     */
    record Question(
            List<Series> series,
            List<Filter> filters,
            @Nullable Breakdown breakdown,
            List<String> shown,
            boolean amounts) {

        Question {
            series = List.copyOf(series);
            filters = List.copyOf(filters);
            shown = List.copyOf(shown);
        }
    }

    /** What a month's numbers depend on; its bits of hidden persons are not changed any more. */
    private record Key(
            Question question,
            Snapshot.Contents contents,
            BitSet hidden,
            Intervals.Unit unit,
            ZoneId zone,
            DayOfWeek weekStart,
            long from) {}

    /** Counts a stretch of the axis. */
    interface Counting extends Function<Intervals, TrendTally> {}

    /**
     * The whole range from its months; null where they do not add up or are too few.
     *
     * @param plan of the whole range
     * @param counting counts a part of it, with the persons of each line
     */
    Engine.@Nullable Outcome<TrendTally> sum(Question question, Asked asked, TrendFold.Plan plan, Counting counting) {
        Intervals whole = plan.intervals();
        if (months == null || !addsUp(question, asked, plan)) {
            return null;
        }
        List<Month> stretches = stretches(whole);
        if (stretches.stream().filter(Month::complete).count() < LEAST_MONTHS) {
            return null;
        }
        TrendTally joined = TrendTally.ofRange(plan, question.amounts());
        for (Month month : stretches) {
            Intervals part = Intervals.calendar(
                            whole.unit(), whole.zone(), asked.settings().weekStart(), month.from, month.to)
                    .clip(month.from, month.to);
            joined.join(tally(month, part, question, asked, counting), whole.indexOf(month.from));
        }
        return new Engine.Outcome<>(joined, joined.joined());
    }

    private TrendTally tally(Month month, Intervals part, Question question, Asked asked, Counting counting) {
        if (!month.complete || months == null) {
            return counting.apply(part);
        }
        var key = new Key(
                question,
                asked.snapshot().contents(month.from, month.to),
                asked.hidden(),
                part.unit(),
                part.zone(),
                asked.settings().weekStart(),
                month.from);
        TrendTally known = months.getIfPresent(key);
        if (known == null) {
            known = counting.apply(part);
            months.put(key, known);
        }
        return known;
    }

    private static boolean addsUp(Question question, Asked asked, TrendFold.Plan plan) {
        long bytes = (long) plan.series() * plan.rows() * asked.snapshot().persons() / 8;
        boolean fine = plan.intervals().unit() != Intervals.Unit.WEEK;
        return !plan.once()
                && !plan.byTrait()
                && bytes <= MOST_BYTES_OF_PERSONS
                && ofEvents(question.filters)
                && question.series.stream()
                        .allMatch(series ->
                                OF_EVENTS.contains(series.measure()) || (fine && OF_PERSONS.contains(series.measure())))
                && question.series.stream()
                        .map(Series::matcher)
                        .allMatch(matcher ->
                                matcher.occurrence() == Matcher.Occurrence.EVERY && ofEvents(matcher.filters()));
    }

    private static boolean ofEvents(List<Filter> filters) {
        return filters.stream().allMatch(filter -> filter.source() == Filter.Source.EVENT);
    }

    /** A stretch of milliseconds since the epoch, and whether it is a whole month. */
    private record Month(long from, long to, boolean complete) {}

    private static List<Month> stretches(Intervals whole) {
        List<Month> stretches = new ArrayList<>();
        long from = whole.from();
        while (from < whole.to()) {
            LocalDate day = LocalDate.ofInstant(Instant.ofEpochMilli(from), whole.zone())
                    .withDayOfMonth(1);
            long first = startOf(day, whole.zone());
            long next = startOf(day.plusMonths(1), whole.zone());
            long to = Math.min(next, whole.to());
            stretches.add(new Month(from, to, from == first && to == next));
            from = to;
        }
        return stretches;
    }

    private static long startOf(LocalDate day, ZoneId zone) {
        return day.atStartOfDay(zone).toInstant().toEpochMilli();
    }
}
