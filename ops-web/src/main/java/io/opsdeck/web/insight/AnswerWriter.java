package io.opsdeck.web.insight;

import io.opsdeck.analytics.board.Annotations.Annotation;
import io.opsdeck.analytics.insight.InsightQuery;
import io.opsdeck.analytics.insight.InsightResult;
import java.time.ZoneId;
import java.util.List;
import java.util.function.BinaryOperator;

/** Makes of an answer what is shown: figures, charts and tables, the same numbers in each. */
final class AnswerWriter {

    private final AnswerParts parts;
    private final Forecast forecast;

    /**
     * @param sight masks the second, a value, under the first, its name, where the reader may not see it
     * @param annotations of the days that the answer is about, the newest first
     */
    AnswerWriter(
            Words words, ZoneId zone, BinaryOperator<String> sight, List<Annotation> annotations, Forecast forecast) {
        this.parts = new AnswerParts(words, zone, sight, annotations);
        this.forecast = forecast;
    }

    AnswerView write(InsightQuery query, InsightResult result) {
        boolean empty = result.answered().people() == 0;
        Double conversion = null;
        if (result instanceof InsightResult.Trend trend) {
            new TrendWriter(parts, forecast).write((InsightQuery.Trend) query, trend);
        } else if (result instanceof InsightResult.Funnel funnel) {
            new FunnelWriter(parts).write((InsightQuery.Funnel) query, funnel);
            conversion = funnel.steps().get(funnel.steps().size() - 1).overall();
        } else if (result instanceof InsightResult.Retention retention) {
            new RetentionWriter(parts).write((InsightQuery.Retention) query, retention);
            empty = retention.cohorts().stream().allMatch(cohort -> cohort.size() == 0);
        } else if (result instanceof InsightResult.Lifecycle lifecycle) {
            new LifecycleWriter(parts).write(lifecycle);
        } else if (result instanceof InsightResult.Stickiness stickiness) {
            new StickinessWriter(parts).write((InsightQuery.Stickiness) query, stickiness);
        } else if (result instanceof InsightResult.Paths paths) {
            new PathsWriter(parts).write(paths);
            empty = paths.nodes().isEmpty();
        } else if (result instanceof InsightResult.Attributed attributed) {
            new AttributionWriter(parts).write((InsightQuery.Attributed) query, attributed);
            empty = attributed.conversions() == 0;
        }
        return parts.view(result.answered(), empty, conversion);
    }
}
