package io.opsdeck.analytics.insight;

import io.opsdeck.analytics.fold.FoldNeeds;
import io.opsdeck.analytics.fold.Intervals;
import io.opsdeck.analytics.store.Snapshot;
import io.opsdeck.core.workspace.WorkspaceSettings;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** One question with what it is asked of: the snapshot, the workspace's calendar and the hour. */
record Asked(Snapshot snapshot, WorkspaceSettings settings, long now) {

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

    /** Times and matches, and nothing else of the events. */
    Scan.Wish wish(List<Matcher> matchers, InsightQuery.Scope scope, FoldNeeds needs) {
        var properties = new Matching.Properties(snapshot, needs.from(), needs.until());
        return new Scan.Wish(
                Matching.of(snapshot, properties, matchers, scope.filters()), needs, null, null, null, new double[0]);
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

    /** Events and properties of the query that the workspace does not have, in no order of importance. */
    List<String> unknown(List<Matcher> matchers, List<Filter> every, List<List<String>> properties) {
        Set<String> unknown = new TreeSet<>();
        Set<String> known = snapshot.propertyNames();
        List<Filter> filters = new ArrayList<>(every);
        for (Matcher matcher : matchers) {
            if (matcher.event() != null && snapshot.name(matcher.event()).isEmpty()) {
                unknown.add(matcher.event());
            }
            filters.addAll(matcher.filters());
        }
        filters.stream()
                .filter(filter -> filter.source() == Filter.Source.EVENT)
                .map(filter -> filter.path().get(0))
                .filter(name -> !known.contains(name))
                .forEach(unknown::add);
        properties.stream()
                .filter(path -> !path.isEmpty() && !known.contains(path.get(0)))
                .forEach(path -> unknown.add(path.get(0)));
        return List.copyOf(unknown);
    }
}
