package io.opsdeck.web.insight;

import io.opsdeck.analytics.insight.InsightResult;
import io.opsdeck.web.insight.AnswerView.Cell;
import io.opsdeck.web.insight.AnswerView.Column;
import io.opsdeck.web.insight.AnswerView.Figure;
import io.opsdeck.web.insight.AnswerView.Sheet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A lifecycle: who is new, stays, comes back and goes silent in each interval. */
final class LifecycleWriter {

    private final AnswerParts parts;
    private final Words words;

    LifecycleWriter(AnswerParts parts) {
        this.parts = parts;
        this.words = parts.words();
    }

    void write(InsightResult.Lifecycle result) {
        List<List<Long>> counts = List.of(result.fresh(), result.returning(), result.resurrecting(), result.dormant());
        List<String> states = List.of("new", "returning", "resurrecting", "dormant");
        int[] colours = {4, 0, 2, 3};
        int last = (result.incompleteFrom() == null ? result.labels().size() : result.incompleteFrom()) - 1;
        List<Map<String, @Nullable Object>> bars = new ArrayList<>();
        List<Column> columns = new ArrayList<>(List.of(new Column(words.text("insight.interval"), false)));
        for (int s = 0; s < states.size(); s++) {
            boolean below = s == states.size() - 1;
            String name = words.text("insight.state." + states.get(s));
            Map<String, @Nullable Object> bar = AnswerParts.line(
                    name,
                    counts.get(s).stream().map(count -> below ? -count : count).toList(),
                    colours[s]);
            bar.putAll(Map.of("kind", "bar", "stack", "a", "p", "point.state=" + states.get(s)));
            if (result.incompleteFrom() != null) {
                bar.put("from", result.incompleteFrom());
            }
            bars.add(bar);
            columns.add(new Column(name, true));
            if (last >= 0) {
                String label = result.labels().get(last);
                parts.add(new Figure(
                        words.text("insight.split", name, words.interval(label)),
                        words.number(counts.get(s).get(last)),
                        null,
                        null,
                        "point.state=" + states.get(s) + "&point.label=" + QueryForm.encoded(label)));
            }
        }
        parts.draw(words.text("insight.chart.lifecycle"), parts.axis(result.labels(), bars), "tall");
        List<List<Cell>> rows = new ArrayList<>();
        for (int i = result.labels().size() - 1; i >= 0; i--) {
            String label = result.labels().get(i);
            boolean late = result.incompleteFrom() != null && i >= result.incompleteFrom();
            List<Cell> row = new ArrayList<>();
            row.add(parts.interval(label, late));
            for (int s = 0; s < states.size(); s++) {
                row.add(parts.number(
                        counts.get(s).get(i),
                        "n",
                        "point.state=" + states.get(s) + "&point.label=" + QueryForm.encoded(label)));
            }
            rows.add(row);
        }
        parts.add(new Sheet(words.text("insight.sheet.lifecycle"), "", columns, rows));
    }
}
