package io.opsdeck.web.insight;

import io.opsdeck.analytics.insight.InsightQuery;
import io.opsdeck.analytics.insight.InsightResult;
import io.opsdeck.web.insight.AnswerView.Cell;
import io.opsdeck.web.insight.AnswerView.Column;
import io.opsdeck.web.insight.AnswerView.Figure;
import io.opsdeck.web.insight.AnswerView.Sheet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Attribution: how much each value of the touches earned. */
final class AttributionWriter {

    private static final int MOST_BARS = 20;

    private final AnswerParts parts;
    private final Words words;

    AttributionWriter(AnswerParts parts) {
        this.parts = parts;
        this.words = parts.words();
    }

    void write(InsightQuery.Attributed query, InsightResult.Attributed result) {
        String property = QueryWords.name(query.touchProperty());
        boolean revenue = !query.revenue().isEmpty();
        List<InsightResult.Credit> rows = result.rows();
        List<InsightResult.Credit> drawn = rows.subList(0, Math.min(MOST_BARS, rows.size()));
        Map<String, @Nullable Object> bars = AnswerParts.line(
                words.text(revenue ? "insight.attribution.revenue" : "insight.attribution.conversions"),
                drawn.stream()
                        .map(row -> revenue ? row.revenue() : row.conversions())
                        .toList(),
                0);
        bars.put("kind", "bar");
        bars.put("ps", drawn.stream().map(row -> nameOf(row.value())).toList());
        parts.draw(
                words.text("insight.chart.attribution"),
                AnswerParts.axisOf(
                        drawn.stream()
                                .map(row -> parts.value(property, row.value()))
                                .toList(),
                        List.of(bars)),
                "");
        parts.add(new Figure(
                words.text("insight.attribution.all"), words.number(result.conversions()), null, null, null));
        parts.add(new Figure(
                words.text("insight.attribution.without"), words.number(result.unattributed()), null, null, null));
        List<Column> columns = new ArrayList<>(
                List.of(new Column(property, false), new Column(words.text("insight.attribution.conversions"), true)));
        if (revenue) {
            columns.add(new Column(words.text("insight.attribution.revenue"), true));
        }
        parts.add(new Sheet(
                words.text("insight.sheet.attribution"),
                "",
                columns,
                rows.stream()
                        .map(row -> {
                            List<Cell> cells = new ArrayList<>(List.of(
                                    Cell.of(parts.value(property, row.value())),
                                    parts.number(row.conversions(), "n", nameOf(row.value()))));
                            if (revenue) {
                                cells.add(parts.number(row.revenue(), "n", null));
                            }
                            return cells;
                        })
                        .toList()));
    }

    private static String nameOf(String value) {
        return "point.name=" + QueryForm.encoded(value);
    }
}
