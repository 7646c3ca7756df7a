package io.opsdeck.web.insight;

import io.opsdeck.analytics.insight.InsightQuery;
import io.opsdeck.analytics.insight.InsightResult;
import io.opsdeck.web.insight.AnswerView.Cell;
import io.opsdeck.web.insight.AnswerView.Column;
import io.opsdeck.web.insight.AnswerView.Figure;
import io.opsdeck.web.insight.AnswerView.Sheet;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Retention: a row for each cohort, and the curve of their mean. */
final class RetentionWriter {

    private static final int HEATS = 10;

    private final AnswerParts parts;
    private final Words words;

    RetentionWriter(AnswerParts parts) {
        this.parts = parts;
        this.words = parts.words();
    }

    void write(InsightQuery.Retention query, InsightResult.Retention result) {
        int width = result.mean().size();
        InsightQuery.Breakdown breakdown = query.scope().breakdown();
        String property = breakdown == null ? "" : QueryWords.name(breakdown.path());
        List<Map<String, @Nullable Object>> splits = new ArrayList<>();
        List<String> periods = new ArrayList<>();
        for (int i = 0; i < width; i++) {
            periods.add(i == 0 ? words.text("insight.retention.start") : period(query, i));
        }
        Set<List<Integer>> late = new HashSet<>(result.incomplete());
        List<List<Cell>> rows = new ArrayList<>();
        List<Cell> mean = new ArrayList<>(
                List.of(AnswerParts.strong(words.text("insight.retention.mean")), new Cell("", null, "n", null)));
        result.mean().forEach(share -> mean.add(heat(share, null)));
        rows.add(mean);
        for (InsightResult.Returned split : result.breakdown()) {
            List<Cell> row = new ArrayList<>(List.of(
                    Cell.of(parts.value(property, split.value())),
                    parts.number(
                            split.cohorts().stream()
                                    .mapToLong(InsightResult.Cohort::size)
                                    .sum(),
                            "n",
                            null)));
            split.mean().forEach(share -> row.add(heat(share, null)));
            rows.add(row);
        }
        for (int c = 0; c < result.cohorts().size(); c++) {
            InsightResult.Cohort cohort = result.cohorts().get(c);
            List<Cell> row = new ArrayList<>();
            row.add(new Cell(words.interval(cohort.start()), cohort.start(), "", null));
            row.add(parts.number(cohort.size(), "n", "point.cohort=" + c + "&point.period=0"));
            for (int p = 0; p < width; p++) {
                row.add(cohortCell(cohort, c, p, late.contains(List.of(c, p))));
            }
            rows.add(row);
        }
        List<Column> columns = new ArrayList<>(List.of(
                new Column(words.text("insight.retention.cohort"), false),
                new Column(words.text("insight.people"), true)));
        periods.forEach(name -> columns.add(new Column(name, true)));
        parts.add(
                new Sheet(words.text("insight.sheet.retention"), words.text("insight.retention.late"), columns, rows));
        Map<String, @Nullable Object> curve = AnswerParts.line(
                words.text("insight.retention.mean"),
                result.mean().stream().map(AnswerParts::percent).toList(),
                0);
        splits.add(curve);
        for (InsightResult.Returned split : result.breakdown()) {
            splits.add(AnswerParts.line(
                    parts.value(property, split.value()),
                    split.mean().stream().map(AnswerParts::percent).toList(),
                    splits.size()));
        }
        Map<String, @Nullable Object> chart = AnswerParts.axisOf(periods, splits);
        chart.put("unit", "%");
        parts.draw(words.text("insight.chart.retention"), chart, "");
        long people =
                result.cohorts().stream().mapToLong(InsightResult.Cohort::size).sum();
        parts.add(new Figure(
                words.text("insight.retention.cohorts"),
                words.number(result.cohorts().size()),
                null,
                null,
                null));
        parts.add(new Figure(words.text("insight.retention.people"), words.number(people), null, null, null));
        for (int p : new int[] {1, 7, 30}) {
            if (p < width && query.brackets().isEmpty()) {
                parts.add(new Figure(period(query, p), words.share(result.mean().get(p)), null, null, null));
            }
        }
    }

    private String period(InsightQuery.Retention query, int index) {
        String unit = QueryWords.lower(query.scope().interval());
        if (index <= query.brackets().size()) {
            var bracket = query.brackets().get(index - 1);
            return words.text("insight.period.bracket." + unit, bracket.from(), bracket.to());
        }
        return words.text("insight.period." + unit, index);
    }

    private Cell cohortCell(InsightResult.Cohort cohort, int index, int period, boolean late) {
        if (period >= cohort.data().size()) {
            return new Cell("", null, "n", null);
        }
        long count = cohort.data().get(period);
        Double share = cohort.size() == 0 ? null : count / (double) cohort.size();
        if (late && count == 0 && period > 0) {
            return new Cell("", null, "n heat late", null);
        }
        Cell cell = heat(share, "point.cohort=" + index + "&point.period=" + period);
        return late && period > 0 ? new Cell(cell.text(), cell.value(), cell.style() + " late", cell.point()) : cell;
    }

    private Cell heat(@Nullable Double share, @Nullable String point) {
        int degree = share == null ? 0 : (int) Math.ceil(Math.min(1, share) * HEATS);
        return new Cell(words.share(share), share, "n heat t" + degree, share == null ? null : point);
    }
}
