package io.opsdeck.analytics.insight;

import io.opsdeck.analytics.event.PersonId;
import io.opsdeck.analytics.fold.Intervals;
import io.opsdeck.analytics.store.ColumnStores;
import io.opsdeck.analytics.store.Snapshot;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.WorkspaceId;
import io.opsdeck.core.workspace.WorkspaceSettings;
import io.opsdeck.core.workspace.Workspaces;
import java.time.Clock;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Service;

/**
 * Answers questions about behaviour in the current workspace. An answer counts everything that was acknowledged before
 * it was asked for. A question has limits of time and memory. Must not be called inside a transaction: it may take
 * seconds.
 */
@Service
public class Insights {

    private static final long PATIENCE_MILLIS = 10_000;
    private static final long MINUTE = 60_000;
    private static final long QUARTER = 15 * MINUTE;

    private final ColumnStores stores;
    private final Workspaces workspaces;
    private final Trends trends;
    private final Funnels funnels;
    private final Returns returns;
    private final Ways ways;
    private final Rules rules;
    private final Engine engine;
    private final ResultCache answers;
    private final Clock clock;
    private final int seconds;
    private final long memory;

    Insights(
            ColumnStores stores,
            Workspaces workspaces,
            Trends trends,
            Funnels funnels,
            Returns returns,
            Ways ways,
            Rules rules,
            Engine engine,
            ResultCache answers,
            Clock clock,
            @Value("${opsdeck.insights.seconds:60}") int seconds,
            @Value("${opsdeck.insights.memory:0}") long memory) {
        this.engine = engine;
        this.answers = answers;
        this.seconds = seconds;
        this.memory = memory > 0 ? memory : Runtime.getRuntime().maxMemory() / 8;
        this.stores = stores;
        this.workspaces = workspaces;
        this.trends = trends;
        this.funnels = funnels;
        this.returns = returns;
        this.ways = ways;
        this.rules = rules;
        this.clock = clock;
    }

    /** @throws io.opsdeck.core.error.OpsdeckException an {@link InsightError} */
    public InsightResult answer(InsightQuery query) {
        Now now = now();
        return answers.get(
                now.key(query, null), InsightResult.class, () -> engine.admit(() -> answer(query, ask(query, now))));
    }

    private InsightResult answer(InsightQuery query, Asked asked) {
        if (query instanceof InsightQuery.Trend trend) {
            return trends.answer(trend, asked);
        }
        if (query instanceof InsightQuery.Funnel funnel) {
            return funnels.answer(funnel, asked);
        }
        if (query instanceof InsightQuery.Retention retention) {
            return returns.answer(retention, asked);
        }
        if (query instanceof InsightQuery.Lifecycle lifecycle) {
            return returns.answer(lifecycle, asked);
        }
        if (query instanceof InsightQuery.Stickiness stickiness) {
            return returns.answer(stickiness, asked);
        }
        if (query instanceof InsightQuery.Paths paths) {
            return ways.answer(paths, asked);
        }
        return ways.answer((InsightQuery.Attributed) query, asked);
    }

    /**
     * Some of the persons behind a number.
     *
     * @param total how many there are
     * @param people at most as many as were asked for
     * @param next where the next page begins, or null
     */
    public record People(
            long total, List<PersonId> people, @Nullable Integer next) {}

    /**
     * The persons behind one number of an answer, in the order in which they were first seen.
     *
     * @param from where the page begins: {@link People#next} of the page before, or 0
     */
    public People people(InsightQuery query, InsightPoint point, int from, int limit) {
        Now now = now();
        BitSet found = answers.get(
                now.key(query, point), BitSet.class, () -> engine.admit(() -> behind(query, point, ask(query, now))));
        List<PersonId> page = new ArrayList<>();
        int ordinal = found.nextSetBit(from);
        while (ordinal >= 0 && page.size() < limit) {
            page.add(new PersonId(now.snapshot.person(ordinal)));
            ordinal = found.nextSetBit(ordinal + 1);
        }
        return new People(found.cardinality(), page, ordinal < 0 ? null : ordinal);
    }

    private BitSet behind(InsightQuery query, InsightPoint point, Asked asked) {
        if (point.breakdown() != null && query.scope().breakdown() == null) {
            throw InsightError.QUERY_VALUE_INVALID.at("/point/breakdown", point.breakdown());
        }
        if (query instanceof InsightQuery.Trend trend) {
            if (point.series() >= trend.series().size()) {
                throw InsightError.QUERY_VALUE_INVALID.at("/point/series", point.series());
            }
            int interval = point.label() == null ? -1 : interval(trend.scope(), point.label(), asked);
            return trends.people(trend, asked, point.series(), interval, point.breakdown());
        }
        if (query instanceof InsightQuery.Funnel funnel) {
            if (point.step() > funnel.steps().size()) {
                throw InsightError.QUERY_VALUE_INVALID.at("/point/step", point.step());
            }
            return funnels.people(funnel, asked, point);
        }
        if (query instanceof InsightQuery.Retention retention) {
            return returns.people(retention, asked, point);
        }
        if (query instanceof InsightQuery.Lifecycle lifecycle) {
            String label = point.label();
            if (label == null) {
                throw InsightError.QUERY_FIELD_REQUIRED.at("/point/label");
            }
            return returns.people(lifecycle, asked, point.state(), interval(lifecycle.scope(), label, asked));
        }
        if (query instanceof InsightQuery.Stickiness stickiness) {
            return returns.people(stickiness, asked, point.intervals());
        }
        if (query instanceof InsightQuery.Paths paths) {
            return ways.people(paths, asked, point);
        }
        return ways.people((InsightQuery.Attributed) query, asked, point);
    }

    private static int interval(InsightQuery.Scope scope, String label, Asked asked) {
        int interval =
                asked.intervals(scope, asked.span(scope.range())).labels().indexOf(label);
        if (interval < 0) {
            throw InsightError.QUERY_VALUE_INVALID.at("/point/label", label);
        }
        return interval;
    }

    /** The state of a workspace at the moment of a question. */
    private record Now(WorkspaceId workspace, Snapshot snapshot, WorkspaceSettings settings, long millis) {

        /** Boundaries of periods lie on quarters of an hour; rules and minutes move on with the clock. */
        ResultCache.Key key(InsightQuery query, @Nullable InsightPoint point) {
            InsightQuery.Scope scope = query.scope();
            boolean fine = scope.interval() == Intervals.Unit.MINUTE || scope.people() != null;
            return new ResultCache.Key(
                    workspace,
                    snapshot.state(),
                    query,
                    point,
                    settings,
                    scope.range().span(millis, settings.timeZone(), settings.weekStart()),
                    millis / (fine ? MINUTE : QUARTER));
        }
    }

    private Now now() {
        WorkspaceId workspace = CurrentWorkspace.require();
        WorkspaceSettings settings = workspaces.require(workspace).settings();
        Snapshot snapshot = stores.snapshot(workspace, PATIENCE_MILLIS)
                .orElseThrow(() -> InsightError.INSIGHTS_CATCHING_UP.exception(
                        stores.progress(workspace).percent()));
        return new Now(workspace, snapshot, settings, clock.millis());
    }

    private Asked ask(InsightQuery query, Now now) {
        Snapshot snapshot = now.snapshot;
        InsightQuery.Scope scope = query.scope();
        BitSet hidden = snapshot.hidden(scope.includeInternal());
        var asked = new Asked(snapshot, now.settings, now.millis, hidden, new Limits(seconds, memory));
        for (Filter filter : scope.filters()) {
            if (filter.source() == Filter.Source.PROFILE) {
                hide(hidden, snapshot, PersonChecks.having(snapshot, filter));
            }
        }
        if (scope.people() != null) {
            hide(hidden, snapshot, rules.holding(scope.people(), asked));
        }
        return asked;
    }

    private static void hide(BitSet hidden, Snapshot snapshot, BitSet admitted) {
        admitted.flip(0, snapshot.persons());
        hidden.or(admitted);
    }
}
