package io.opsdeck.analytics.insight;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Scheduler;
import io.opsdeck.analytics.store.Snapshot;
import io.opsdeck.core.workspace.WorkspaceId;
import io.opsdeck.core.workspace.WorkspaceSettings;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * Answers by all that they depend on: the question, the state of the columns (events, merges, traits, erasures), the
 * workspace's calendar and as much of the hour as decides. An answer is never served for another state; it leaves the
 * memory when there are too many bytes of them, or ten minutes later.
 */
@Component
class ResultCache {

    private static final Duration KEPT = Duration.ofMinutes(10);
    private static final long ENTRY_BYTES = 500;
    private static final long NUMBER_BYTES = 28;
    private static final long LINE_BYTES = 200;

    private final @Nullable Cache<Key, Object> answers;

    /** @param bytes of all answers together; 0 keeps none */
    ResultCache(@Value("${opsdeck.insights.cache-bytes:33554432}") long bytes) {
        this.answers = bytes <= 0
                ? null
                : Caffeine.newBuilder()
                        .maximumWeight(bytes)
                        .weigher((Key key, Object answer) -> (int) Math.min(Integer.MAX_VALUE, bytes(answer)))
                        .expireAfterWrite(KEPT)
                        .scheduler(Scheduler.systemScheduler())
                        .build();
    }

    /**
     * What an answer depends on.
     *
     * @param point the number whose people are asked for, or null
     * @param span the range as it is now
     * @param complete changes when a period may have become complete, or a relative time moved on
     */
    record Key(
            WorkspaceId workspace,
            Snapshot.State state,
            InsightQuery query,
            @Nullable InsightPoint point,
            WorkspaceSettings settings,
            QueryRange.Span span,
            long complete) {}

    /** The answer that is known, or else that of {@code question}, which several may ask at once. */
    <T> T get(Key key, Class<T> type, Supplier<T> question) {
        if (answers == null) {
            return question.get();
        }
        Object known = answers.getIfPresent(key);
        if (known != null) {
            return type.cast(known);
        }
        T answer = question.get();
        answers.put(key, answer);
        return answer;
    }

    private static long bytes(Object answer) {
        if (answer instanceof BitSet people) {
            return ENTRY_BYTES + people.size() / 8;
        }
        return ENTRY_BYTES + (answer instanceof InsightResult result ? of(result) : 0);
    }

    private static long of(InsightResult result) {
        if (result instanceof InsightResult.Trend trend) {
            long compared = trend.compare() == null ? 0 : lines(trend.compare().series());
            return lines(trend.series())
                    + compared
                    + 2 * NUMBER_BYTES * trend.labels().size();
        }
        if (result instanceof InsightResult.Funnel funnel) {
            long steps = (1L + funnel.breakdown().size()) * funnel.steps().size();
            return LINE_BYTES * steps
                    + 4 * NUMBER_BYTES * funnel.trend().labels().size()
                    + 60 * LINE_BYTES;
        }
        if (result instanceof InsightResult.Retention retention) {
            long split = retention.breakdown().stream()
                    .mapToLong(each -> cohorts(each.cohorts()))
                    .sum();
            return cohorts(retention.cohorts())
                    + split
                    + 3 * NUMBER_BYTES * retention.incomplete().size();
        }
        if (result instanceof InsightResult.Lifecycle lifecycle) {
            return 6 * NUMBER_BYTES * lifecycle.labels().size();
        }
        if (result instanceof InsightResult.Stickiness stickiness) {
            return NUMBER_BYTES * stickiness.buckets().size();
        }
        if (result instanceof InsightResult.Paths paths) {
            return LINE_BYTES * (paths.nodes().size() + paths.edges().size());
        }
        return LINE_BYTES * ((InsightResult.Attributed) result).rows().size();
    }

    private static long lines(List<InsightResult.Line> lines) {
        return lines.stream()
                .mapToLong(line -> LINE_BYTES + NUMBER_BYTES * line.data().size())
                .sum();
    }

    private static long cohorts(List<InsightResult.Cohort> cohorts) {
        return cohorts.stream()
                .mapToLong(cohort -> LINE_BYTES + NUMBER_BYTES * cohort.data().size())
                .sum();
    }
}
