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
import java.util.Objects;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** A trend: a line for each series and value, and their numbers by interval. */
final class TrendWriter {

    private static final int MOST_LINES = 12;

    private final AnswerParts parts;
    private final Words words;
    private final QueryWords queries;
    private final Forecast forecast;

    TrendWriter(AnswerParts parts, Forecast forecast) {
        this.parts = parts;
        this.words = parts.words();
        this.queries = parts.queries();
        this.forecast = forecast;
    }

    void write(InsightQuery.Trend query, InsightResult.Trend result) {
        String property = query.scope().breakdown() == null
                ? ""
                : QueryWords.name(query.scope().breakdown().path());
        InsightResult.Compared before = result.compare();
        List<Map<String, @Nullable Object>> lines = new ArrayList<>();
        List<Column> columns = new ArrayList<>(List.of(new Column(words.text("insight.interval"), false)));
        List<InsightResult.Line> shown = result.series();
        for (int i = 0; i < shown.size(); i++) {
            InsightResult.Line line = shown.get(i);
            String name = lineName(query, line, property);
            columns.add(new Column(name, true));
            InsightResult.Line earlier = before == null ? null : same(before.series(), line);
            if (earlier != null) {
                columns.add(new Column(words.text("insight.before", name), true));
            }
            String change = earlier == null ? null : words.change(line.total(), earlier.total());
            parts.add(new Figure(
                    name,
                    words.number(line.total()),
                    change,
                    change == null ? null : !change.startsWith("−"),
                    pointOf(line)));
            if (i >= MOST_LINES) {
                continue;
            }
            Map<String, @Nullable Object> drawn = AnswerParts.line(name, line.data(), i);
            drawn.put("p", pointOf(line));
            if (result.incompleteFrom() != null && !query.cumulative()) {
                drawn.put("from", result.incompleteFrom());
            }
            lines.add(drawn);
            OptionalDouble expected = forecast.of(line);
            if (expected.isPresent()) {
                lines.add(expected(name, line, i, expected.getAsDouble()));
            }
            if (earlier != null) {
                Map<String, @Nullable Object> dashed =
                        AnswerParts.line(words.text("insight.before", name), earlier.data(), i);
                dashed.put("cmp", true);
                lines.add(dashed);
            }
        }
        if (forecast.isMade()) {
            parts.remark(words.text(
                    "insight.forecast." + QueryWords.lower(query.scope().interval()),
                    words.interval(result.labels().get(result.labels().size() - 1))));
        }
        parts.draw(words.text("insight.chart.trend"), parts.axis(result.labels(), lines), "tall");
        List<List<Cell>> rows = new ArrayList<>();
        List<Cell> totals = new ArrayList<>(List.of(AnswerParts.strong(words.text("insight.total"))));
        for (InsightResult.Line line : shown) {
            totals.add(parts.number(line.total(), "n strong", pointOf(line)));
            InsightResult.Line earlier = before == null ? null : same(before.series(), line);
            if (earlier != null) {
                totals.add(parts.number(earlier.total(), "n strong m", null));
            }
        }
        rows.add(totals);
        for (int i = result.labels().size() - 1; i >= 0; i--) {
            String label = result.labels().get(i);
            boolean late = result.incompleteFrom() != null && i >= result.incompleteFrom();
            List<Cell> row = new ArrayList<>();
            row.add(parts.interval(label, late));
            for (InsightResult.Line line : shown) {
                String point = pointOf(line);
                row.add(parts.number(
                        line.data().get(i),
                        "n",
                        point == null ? null : point + "&point.label=" + QueryForm.encoded(label)));
                InsightResult.Line earlier = before == null ? null : same(before.series(), line);
                if (earlier != null) {
                    row.add(parts.number(
                            i < earlier.data().size() ? earlier.data().get(i) : null, "n m", null));
                }
            }
            rows.add(row);
        }
        parts.add(new Sheet(words.text("insight.sheet.trend"), "", columns, rows));
    }

    /** The end of the last interval as it is expected, joined to the last one that is complete. */
    private Map<String, @Nullable Object> expected(String name, InsightResult.Line line, int colour, double value) {
        int last = line.data().size() - 1;
        boolean whole = line.data().stream().allMatch(number -> number == null || number.doubleValue() % 1 == 0);
        double rounded = whole ? Math.rint(value) : Math.round(value * 100) / 100.0;
        List<@Nullable Number> data = new ArrayList<>();
        for (int i = 0; i <= last; i++) {
            data.add(i == last ? (Number) rounded : i == last - 1 ? line.data().get(i) : null);
        }
        Map<String, @Nullable Object> drawn = AnswerParts.line(words.text("insight.forecast", name), data, colour);
        drawn.put("fc", true);
        parts.add(new Figure(
                words.text("insight.forecast", name),
                words.text("insight.about", words.number(rounded)),
                null,
                null,
                null));
        return drawn;
    }

    private String lineName(InsightQuery.Trend query, InsightResult.Line line, String property) {
        String name =
                line.series() < 0 ? line.label() : queries.line(query.series().get(line.series()));
        if (line.breakdown() == null) {
            return name;
        }
        String value = parts.value(property, line.breakdown());
        return query.series().size() == 1 && query.formula() == null ? value : words.text("insight.split", value, name);
    }

    private static @Nullable String pointOf(InsightResult.Line line) {
        if (line.series() < 0) {
            return null;
        }
        return "point.series=" + line.series()
                + (line.breakdown() == null ? "" : "&point.breakdown=" + QueryForm.encoded(line.breakdown()));
    }

    private static InsightResult.@Nullable Line same(List<InsightResult.Line> lines, InsightResult.Line wanted) {
        return lines.stream()
                .filter(line ->
                        line.series() == wanted.series() && Objects.equals(line.breakdown(), wanted.breakdown()))
                .findFirst()
                .orElse(null);
    }
}
