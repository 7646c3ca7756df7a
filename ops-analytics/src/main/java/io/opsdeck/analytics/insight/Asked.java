package io.opsdeck.analytics.insight;

import io.opsdeck.analytics.fold.FoldNeeds;
import io.opsdeck.analytics.fold.Intervals;
import io.opsdeck.analytics.insight.InsightQuery.Breakdown;
import io.opsdeck.analytics.store.Property;
import io.opsdeck.analytics.store.Snapshot;
import io.opsdeck.core.workspace.WorkspaceSettings;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One question with what it is asked of: the snapshot, the workspace's calendar and the hour.
 *
 * @param hidden persons who do not count
 */
record Asked(Snapshot snapshot, WorkspaceSettings settings, long now, BitSet hidden, Limits limits) {

    static final int MOST_POINTS = 2_000;

    /** Events are accepted late; a period is complete when this has passed since its end. */
    private static final long LATE_MILLIS = 3_600_000;

    QueryRange.Span span(QueryRange range) {
        return range.span(now, settings.timeZone(), settings.weekStart());
    }

    /** The intervals of a range, at most {@value #MOST_POINTS}. */
    Intervals intervals(InsightQuery.Scope scope, QueryRange.Span span) {
        Intervals.Unit unit = scope.interval();
        long points = (span.to() - span.from()) / unit.millis();
        if (points > MOST_POINTS) {
            Intervals.Unit coarser = unit;
            for (Intervals.Unit each : Intervals.Unit.values()) {
                if ((span.to() - span.from()) / each.millis() <= MOST_POINTS) {
                    coarser = each;
                    break;
                }
            }
            throw InsightError.QUERY_TOO_MANY_POINTS.at(
                    "/interval", coarser.name().toLowerCase(java.util.Locale.ROOT), MOST_POINTS);
        }
        return Intervals.calendar(unit, settings.timeZone(), settings.weekStart(), span.from(), span.to())
                .clip(span.from(), span.to());
    }

    /** The instant until which everything has arrived. */
    long completeUntil() {
        return now - LATE_MILLIS;
    }

    /**
     * Which properties of an event a fold looks at beside its matchers, and which trait; an empty path is none.
     *
     * @param names the value of an event is its name
     */
    record Columns(List<String> value, List<String> key, List<String> amount, List<String> trait, boolean names) {

        static final Columns NONE = new Columns(List.of(), List.of(), List.of(), List.of(), false);

        static Columns split(@Nullable Breakdown breakdown) {
            if (breakdown == null) {
                return NONE;
            }
            boolean event = breakdown.source() == Filter.Source.EVENT;
            return new Columns(
                    event ? breakdown.path() : List.of(),
                    List.of(),
                    List.of(),
                    event ? List.of() : breakdown.path(),
                    false);
        }

        Columns measuring(List<String> path) {
            return new Columns(value, key, path, trait, names);
        }
    }

    /** Where the values of a breakdown come from. */
    static io.opsdeck.analytics.fold.Breakdown split(@Nullable Breakdown breakdown) {
        if (breakdown == null) {
            return io.opsdeck.analytics.fold.Breakdown.NONE;
        }
        return breakdown.source() == Filter.Source.EVENT
                ? io.opsdeck.analytics.fold.Breakdown.EVENT
                : io.opsdeck.analytics.fold.Breakdown.PROFILE;
    }

    /** Times and matches, and nothing else of the events. */
    Scan.Wish wish(List<Matcher> matchers, InsightQuery.Scope scope, FoldNeeds needs) {
        return wish(matchers, scope, needs, Columns.NONE);
    }

    /** What has to be read for a fold; matcher k of the list is bit k. */
    Scan.Wish wish(List<Matcher> matchers, InsightQuery.Scope scope, FoldNeeds needs, Columns columns) {
        List<Matcher> all = new ArrayList<>(matchers);
        List<Matcher> extra = new ArrayList<>();
        Firsts firsts = Firsts.of(matchers, needs.created(), needs.from(), needs.until(), needs.everyEvent(), extra);
        all.addAll(extra);
        if (all.size() > QueryReader.MOST_MATCHERS) {
            throw InsightError.QUERY_TOO_MANY.at("", QueryReader.MOST_MATCHERS);
        }
        FoldNeeds read = firsts == null ? needs : needs.sinceEver();
        var properties = new Matching.Properties(snapshot, read.from(), read.until(), limits);
        Property amountOf = columns.amount.isEmpty() ? null : properties.find(columns.amount.get(0));
        return new Scan.Wish(
                Matching.of(snapshot, properties, all, scope.filters(), matchers.size()),
                read,
                column(properties, columns.value),
                column(properties, columns.key),
                columns.amount.isEmpty()
                        ? Scan.Amounts.NONE
                        : new Scan.Amounts(amountOf, Matching.numbers(amountOf, columns.amount)),
                columns.names,
                firsts,
                PersonChecks.of(snapshot, hidden, matchers, columns.trait),
                limits);
    }

    private static Scan.Column column(Matching.Properties properties, List<String> path) {
        if (path.isEmpty()) {
            return Scan.Column.NONE;
        }
        Property property = properties.find(path.get(0));
        return new Scan.Column(property, Values.of(property, path));
    }

    /** The first interval that may still grow, or their number. */
    int firstIncomplete(Intervals intervals) {
        int index = intervals.size();
        while (index > 0 && intervals.end(index - 1) > completeUntil()) {
            index--;
        }
        return index;
    }

    InsightResult.Answered answered(QueryRange.Span span, long people, List<String> unknown) {
        return new InsightResult.Answered(
                Instant.ofEpochMilli(span.from()),
                Instant.ofEpochMilli(span.to()),
                settings.timeZone().getId(),
                snapshot.asOf() == 0 ? null : Instant.ofEpochMilli(snapshot.asOf()),
                people,
                unknown);
    }

    /** Events and properties of a query that the workspace does not have, in no order of importance. */
    List<String> unknown(List<Matcher> matchers, InsightQuery.Scope scope) {
        return unknown(matchers, scope, List.of());
    }

    /** @param properties paths that are looked at beside filters and breakdown; empty ones are none */
    List<String> unknown(List<Matcher> matchers, InsightQuery.Scope scope, List<List<String>> properties) {
        Set<String> unknown = new TreeSet<>();
        Set<String> known = snapshot.propertyNames();
        List<Filter> filters = new ArrayList<>(scope.filters());
        for (Matcher matcher : matchers) {
            if (matcher.event() != null && snapshot.name(matcher.event()).isEmpty()) {
                unknown.add(matcher.event());
            }
            filters.addAll(matcher.filters());
        }
        Breakdown breakdown = scope.breakdown();
        if (breakdown != null) {
            filters.add(new Filter(breakdown.source(), breakdown.path(), Filter.Operator.IS_SET, List.of()));
        }
        properties.stream()
                .filter(path -> !path.isEmpty())
                .map(path -> new Filter(Filter.Source.EVENT, path, Filter.Operator.IS_SET, List.of()))
                .forEach(filters::add);
        for (Filter filter : filters) {
            String name = filter.path().get(0);
            boolean exists = filter.source() == Filter.Source.EVENT
                    ? known.contains(name)
                    : snapshot.trait(name).property().size() > 1;
            if (!exists) {
                unknown.add(name);
            }
        }
        return List.copyOf(unknown);
    }
}
