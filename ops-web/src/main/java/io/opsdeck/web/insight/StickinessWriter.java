package io.opsdeck.web.insight;

import io.opsdeck.analytics.insight.InsightQuery;
import io.opsdeck.analytics.insight.InsightResult;
import io.opsdeck.web.insight.AnswerView.Cell;
import io.opsdeck.web.insight.AnswerView.Column;
import io.opsdeck.web.insight.AnswerView.Sheet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Stickiness: how many people are active on how many intervals. */
final class StickinessWriter {

    private final AnswerParts parts;
    private final Words words;

    StickinessWriter(AnswerParts parts) {
        this.parts = parts;
        this.words = parts.words();
    }

    void write(InsightQuery.Stickiness query, InsightResult.Stickiness result) {
        String unit = QueryWords.lower(query.scope().interval());
        long all = query.cumulative()
                ? (result.buckets().isEmpty() ? 0 : result.buckets().get(0).people())
                : result.buckets().stream()
                        .mapToLong(InsightResult.Bucket::people)
                        .sum();
        Map<String, @Nullable Object> bars = AnswerParts.line(
                words.text("insight.people"),
                result.buckets().stream().map(InsightResult.Bucket::people).toList(),
                0);
        bars.put("kind", "bar");
        bars.put(
                "ps",
                result.buckets().stream()
                        .map(bucket -> "point.intervals=" + bucket.intervals())
                        .toList());
        List<String> names = result.buckets().stream()
                .map(bucket -> words.text("insight.bucket." + unit, bucket.intervals()))
                .toList();
        parts.draw(words.text("insight.chart.stickiness"), AnswerParts.axisOf(names, List.of(bars)), "");
        List<List<Cell>> rows = new ArrayList<>();
        for (int i = 0; i < result.buckets().size(); i++) {
            InsightResult.Bucket bucket = result.buckets().get(i);
            rows.add(List.of(
                    Cell.of(names.get(i)),
                    parts.number(bucket.people(), "n", "point.intervals=" + bucket.intervals()),
                    parts.share(all == 0 ? null : bucket.people() / (double) all, null)));
        }
        parts.add(new Sheet(
                words.text("insight.sheet.stickiness"),
                "",
                List.of(
                        new Column(words.text("insight.stickiness.active"), false),
                        new Column(words.text("insight.people"), true),
                        new Column(words.text("insight.portion"), true)),
                rows));
    }
}
