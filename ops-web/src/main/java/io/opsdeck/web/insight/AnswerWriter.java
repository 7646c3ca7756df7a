package io.opsdeck.web.insight;

import io.opsdeck.analytics.board.Annotations.Annotation;
import io.opsdeck.analytics.insight.InsightQuery;
import io.opsdeck.analytics.insight.InsightResult;
import io.opsdeck.web.insight.AnswerView.Cell;
import io.opsdeck.web.insight.AnswerView.Column;
import io.opsdeck.web.insight.AnswerView.Figure;
import io.opsdeck.web.insight.AnswerView.Plot;
import io.opsdeck.web.insight.AnswerView.Sheet;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.BinaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Makes of an answer what is shown: figures, charts and tables, the same numbers in each. */
final class AnswerWriter {

    private static final int MOST_LINES = 12;
    private static final int MOST_FIGURES = 6;
    private static final int MOST_BARS = 20;
    private static final int HEATS = 10;
    private static final String OTHER = "other";
    private static final String NONE = "(none)";

    private final Words words;
    private final QueryWords queries;
    private final BinaryOperator<String> sight;
    private final List<Annotation> annotations;
    private final Forecast forecast;
    private final List<String> remarks = new ArrayList<>();
    private boolean timed;
    private final List<Figure> figures = new ArrayList<>();
    private final List<Plot> plots = new ArrayList<>();
    private final List<Sheet> sheets = new ArrayList<>();

    /**
     * @param sight masks the second, a value, under the first, its name, where the reader may not see it
     * @param annotations of the days that the answer is about, the newest first
     */
    AnswerWriter(
            Words words, ZoneId zone, BinaryOperator<String> sight, List<Annotation> annotations, Forecast forecast) {
        this.words = words;
        this.queries = new QueryWords(words, zone);
        this.sight = sight;
        this.annotations = annotations;
        this.forecast = forecast;
    }

    AnswerView write(InsightQuery query, InsightResult result) {
        boolean empty = result.answered().people() == 0;
        if (result instanceof InsightResult.Trend trend) {
            trend((InsightQuery.Trend) query, trend);
        } else if (result instanceof InsightResult.Funnel funnel) {
            funnel((InsightQuery.Funnel) query, funnel);
        } else if (result instanceof InsightResult.Retention retention) {
            retention((InsightQuery.Retention) query, retention);
            empty = retention.cohorts().stream().allMatch(cohort -> cohort.size() == 0);
        } else if (result instanceof InsightResult.Lifecycle lifecycle) {
            lifecycle(lifecycle);
        } else if (result instanceof InsightResult.Stickiness stickiness) {
            stickiness((InsightQuery.Stickiness) query, stickiness);
        } else if (result instanceof InsightResult.Paths paths) {
            paths(paths);
            empty = paths.nodes().isEmpty();
        } else if (result instanceof InsightResult.Attributed attributed) {
            attribution((InsightQuery.Attributed) query, attributed);
            empty = attributed.conversions() == 0;
        }
        return new AnswerView(
                result.answered().asOf(),
                words.number(result.answered().people()),
                empty,
                result.answered().unknown(),
                figures.subList(0, Math.min(MOST_FIGURES, figures.size())),
                plots,
                sheets,
                result instanceof InsightResult.Funnel funnel
                        ? funnel.steps().get(funnel.steps().size() - 1).overall()
                        : null,
                remarks,
                timed,
                annotations);
    }

    // ---- Trend

    private void trend(InsightQuery.Trend query, InsightResult.Trend result) {
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
            figures.add(new Figure(
                    name,
                    words.number(line.total()),
                    change,
                    change == null ? null : !change.startsWith("−"),
                    pointOf(line)));
            if (i >= MOST_LINES) {
                continue;
            }
            Map<String, @Nullable Object> drawn = line(name, line.data(), i);
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
                Map<String, @Nullable Object> dashed = line(words.text("insight.before", name), earlier.data(), i);
                dashed.put("cmp", true);
                lines.add(dashed);
            }
        }
        if (forecast.isMade()) {
            remarks.add(words.text(
                    "insight.forecast." + QueryWords.lower(query.scope().interval()),
                    words.interval(result.labels().get(result.labels().size() - 1))));
        }
        plots.add(plot(words.text("insight.chart.trend"), axis(result.labels(), lines), "tall"));
        List<List<Cell>> rows = new ArrayList<>();
        List<Cell> totals = new ArrayList<>(List.of(strong(words.text("insight.total"))));
        for (InsightResult.Line line : shown) {
            totals.add(number(line.total(), "n strong", pointOf(line)));
            InsightResult.Line earlier = before == null ? null : same(before.series(), line);
            if (earlier != null) {
                totals.add(number(earlier.total(), "n strong m", null));
            }
        }
        rows.add(totals);
        for (int i = result.labels().size() - 1; i >= 0; i--) {
            String label = result.labels().get(i);
            boolean late = result.incompleteFrom() != null && i >= result.incompleteFrom();
            List<Cell> row = new ArrayList<>();
            row.add(new Cell(
                    late ? words.text("insight.so-far", words.interval(label)) : words.interval(label),
                    label,
                    "",
                    null));
            for (InsightResult.Line line : shown) {
                String point = pointOf(line);
                row.add(number(
                        line.data().get(i),
                        "n",
                        point == null ? null : point + "&point.label=" + QueryForm.encoded(label)));
                InsightResult.Line earlier = before == null ? null : same(before.series(), line);
                if (earlier != null) {
                    row.add(number(i < earlier.data().size() ? earlier.data().get(i) : null, "n m", null));
                }
            }
            rows.add(row);
        }
        sheets.add(new Sheet(words.text("insight.sheet.trend"), "", columns, rows));
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
        Map<String, @Nullable Object> drawn = line(words.text("insight.forecast", name), data, colour);
        drawn.put("fc", true);
        figures.add(new Figure(
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
        String value = value(property, line.breakdown());
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
                .filter(line -> line.series() == wanted.series()
                        && java.util.Objects.equals(line.breakdown(), wanted.breakdown()))
                .findFirst()
                .orElse(null);
    }

    // ---- Funnel

    private void funnel(InsightQuery.Funnel query, InsightResult.Funnel result) {
        List<InsightResult.Step> steps = result.steps();
        List<String> names = IntStream.range(0, steps.size())
                .mapToObj(i -> words.text(
                        "insight.step.named", i + 1, queries.step(query.steps().get(i))))
                .toList();
        InsightResult.Step last = steps.get(steps.size() - 1);
        figures.add(new Figure(
                words.text("insight.funnel.entered"), words.number(steps.get(0).count()), null, null, "point.step=1"));
        figures.add(new Figure(
                words.text("insight.funnel.converted"),
                words.number(last.count()),
                null,
                null,
                "point.step=" + steps.size()));
        figures.add(new Figure(words.text("insight.funnel.overall"), words.share(last.overall()), null, null, null));
        InsightResult.TimeToConvert time = result.timeToConvert();
        figures.add(new Figure(
                words.text("insight.funnel.median"),
                words.duration(time == null ? null : time.medianSeconds()),
                null,
                null,
                null));
        boolean people = query.count() == io.opsdeck.analytics.fold.FunnelPlan.Count.UNIQUE;
        if (result.breakdown().isEmpty()) {
            Map<String, @Nullable Object> done = line(
                    words.text("insight.funnel.done"),
                    steps.stream().map(InsightResult.Step::count).toList(),
                    0);
            Map<String, @Nullable Object> dropped = line(
                    words.text("insight.funnel.dropped"),
                    steps.stream().map(InsightResult.Step::dropped).toList(),
                    7);
            done.putAll(Map.of("kind", "bar", "stack", "a"));
            dropped.putAll(Map.of("kind", "bar", "stack", "a", "faint", true));
            if (people) {
                done.put("ps", stepPoints(steps.size(), false));
                dropped.put("ps", stepPoints(steps.size(), true));
            }
            plots.add(plot(
                    words.text("insight.chart.funnel"), axisOf(namesWith(names, steps), List.of(done, dropped)), ""));
        } else {
            List<Map<String, @Nullable Object>> bars = new ArrayList<>();
            for (InsightResult.Split split :
                    result.breakdown().subList(0, Math.min(8, result.breakdown().size()))) {
                Map<String, @Nullable Object> bar = line(
                        splitName(query, split),
                        split.steps().stream()
                                .map(step -> percent(step.overall()))
                                .toList(),
                        bars.size());
                bar.put("kind", "bar");
                bars.add(bar);
            }
            Map<String, @Nullable Object> chart = axisOf(names, bars);
            chart.put("unit", "%");
            plots.add(plot(words.text("insight.chart.funnel.split"), chart, ""));
        }
        sheets.add(funnelSheet(words.text("insight.sheet.funnel"), names, steps, null, people));
        for (InsightResult.Split split : result.breakdown()) {
            sheets.add(funnelSheet(splitName(query, split), names, split.steps(), split.value(), people));
        }
        if (time != null && !time.bins().isEmpty()) {
            Map<String, @Nullable Object> bars = line(
                    words.text("insight.funnel.conversions"),
                    time.bins().stream().map(InsightResult.Bin::count).toList(),
                    0);
            bars.put("kind", "bar");
            if (people) {
                bars.put(
                        "ps",
                        time.bins().stream()
                                .map(bin -> "point.fromSeconds=" + plain(bin.fromSeconds()) + "&point.toSeconds="
                                        + plain(bin.toSeconds()))
                                .toList());
            }
            plots.add(plot(
                    words.text("insight.chart.time"),
                    axisOf(
                            time.bins().stream()
                                    .map(bin -> words.duration(bin.fromSeconds()))
                                    .toList(),
                            List.of(bars)),
                    "low"));
        }
        InsightResult.Entries entries = result.trend();
        if (entries.labels().size() > 1) {
            List<@Nullable Double> rates = IntStream.range(0, entries.labels().size())
                    .mapToObj(i -> entries.entered().get(i) == 0
                            ? null
                            : percent(entries.converted().get(i)
                                    / (double) entries.entered().get(i)))
                    .toList();
            Map<String, @Nullable Object> chart =
                    axis(entries.labels(), List.of(line(words.text("insight.funnel.overall"), rates, 0)));
            chart.put("unit", "%");
            plots.add(plot(words.text("insight.chart.entries"), chart, "low"));
            List<List<Cell>> rows = new ArrayList<>();
            for (int i = entries.labels().size() - 1; i >= 0; i--) {
                String entry = people
                        ? "point.step=1&point.label="
                                + QueryForm.encoded(entries.labels().get(i))
                        : null;
                rows.add(List.of(
                        new Cell(
                                words.interval(entries.labels().get(i)),
                                entries.labels().get(i),
                                "",
                                null),
                        number(entries.entered().get(i), "n", entry),
                        number(entries.converted().get(i), "n", entry == null ? null : entry + "&point.converted=true"),
                        share(rates.get(i) == null ? null : rates.get(i) / 100, null)));
            }
            sheets.add(new Sheet(
                    words.text("insight.sheet.entries"),
                    "",
                    List.of(
                            new Column(words.text("insight.funnel.began"), false),
                            new Column(words.text("insight.funnel.entered"), true),
                            new Column(words.text("insight.funnel.converted"), true),
                            new Column(words.text("insight.funnel.overall"), true)),
                    rows));
        }
    }

    private String splitName(InsightQuery.Funnel query, InsightResult.Split split) {
        InsightQuery.Breakdown breakdown = query.scope().breakdown();
        return value(breakdown == null ? "" : QueryWords.name(breakdown.path()), split.value());
    }

    private List<String> namesWith(List<String> names, List<InsightResult.Step> steps) {
        return IntStream.range(0, names.size())
                .mapToObj(i -> names.get(i) + "\n" + words.share(steps.get(i).overall()))
                .toList();
    }

    private static List<String> stepPoints(int steps, boolean dropped) {
        return IntStream.rangeClosed(1, steps)
                .mapToObj(step -> "point.step=" + step + (dropped ? "&point.dropped=true" : ""))
                .toList();
    }

    private Sheet funnelSheet(
            String title, List<String> names, List<InsightResult.Step> steps, @Nullable String value, boolean people) {
        String breakdown = value == null ? "" : "&point.breakdown=" + QueryForm.encoded(value);
        List<List<Cell>> rows = new ArrayList<>();
        for (int i = 0; i < steps.size(); i++) {
            InsightResult.Step step = steps.get(i);
            String point = people ? "point.step=" + (i + 1) + breakdown : null;
            rows.add(List.of(
                    Cell.of(names.get(i) + (step.optional() ? " · " + words.text("insight.optional") : "")),
                    number(step.count(), "n", point),
                    share(step.overall(), null),
                    i == 0 ? none() : share(step.relative(), null),
                    i == 0 ? none() : number(step.dropped(), "n", point == null ? null : point + "&point.dropped=true"),
                    i == 0 ? none() : duration(step.medianSeconds()),
                    i == 0 ? none() : duration(step.meanSeconds())));
        }
        return new Sheet(
                title,
                "",
                List.of(
                        new Column(words.text("insight.step"), false),
                        new Column(words.text(people ? "insight.people" : "insight.funnel.attempts"), true),
                        new Column(words.text("insight.funnel.overall"), true),
                        new Column(words.text("insight.funnel.relative"), true),
                        new Column(words.text("insight.funnel.dropped"), true),
                        new Column(words.text("insight.funnel.gap.median"), true),
                        new Column(words.text("insight.funnel.gap.mean"), true)),
                rows);
    }

    // ---- Retention

    private void retention(InsightQuery.Retention query, InsightResult.Retention result) {
        int width = result.mean().size();
        InsightQuery.Breakdown breakdown = query.scope().breakdown();
        String property = breakdown == null ? "" : QueryWords.name(breakdown.path());
        List<Map<String, @Nullable Object>> splits = new ArrayList<>();
        List<String> periods = new ArrayList<>();
        for (int i = 0; i < width; i++) {
            periods.add(i == 0 ? words.text("insight.retention.start") : period(query, i));
        }
        java.util.Set<List<Integer>> late = new java.util.HashSet<>(result.incomplete());
        List<List<Cell>> rows = new ArrayList<>();
        List<Cell> mean =
                new ArrayList<>(List.of(strong(words.text("insight.retention.mean")), new Cell("", null, "n", null)));
        result.mean().forEach(share -> mean.add(heat(share, null)));
        rows.add(mean);
        for (InsightResult.Returned split : result.breakdown()) {
            List<Cell> row = new ArrayList<>(List.of(
                    Cell.of(value(property, split.value())),
                    number(
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
            row.add(number(cohort.size(), "n", "point.cohort=" + c + "&point.period=0"));
            for (int p = 0; p < width; p++) {
                row.add(cohortCell(cohort, c, p, late.contains(List.of(c, p))));
            }
            rows.add(row);
        }
        List<Column> columns = new ArrayList<>(List.of(
                new Column(words.text("insight.retention.cohort"), false),
                new Column(words.text("insight.people"), true)));
        periods.forEach(name -> columns.add(new Column(name, true)));
        sheets.add(
                new Sheet(words.text("insight.sheet.retention"), words.text("insight.retention.late"), columns, rows));
        Map<String, @Nullable Object> curve = line(
                words.text("insight.retention.mean"),
                result.mean().stream().map(AnswerWriter::percent).toList(),
                0);
        splits.add(curve);
        for (InsightResult.Returned split : result.breakdown()) {
            splits.add(line(
                    value(property, split.value()),
                    split.mean().stream().map(AnswerWriter::percent).toList(),
                    splits.size()));
        }
        Map<String, @Nullable Object> chart = axisOf(periods, splits);
        chart.put("unit", "%");
        plots.add(plot(words.text("insight.chart.retention"), chart, ""));
        long people =
                result.cohorts().stream().mapToLong(InsightResult.Cohort::size).sum();
        figures.add(new Figure(
                words.text("insight.retention.cohorts"),
                words.number(result.cohorts().size()),
                null,
                null,
                null));
        figures.add(new Figure(words.text("insight.retention.people"), words.number(people), null, null, null));
        for (int p : new int[] {1, 7, 30}) {
            if (p < width && query.brackets().isEmpty()) {
                figures.add(
                        new Figure(period(query, p), words.share(result.mean().get(p)), null, null, null));
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

    // ---- Lifecycle and stickiness

    private void lifecycle(InsightResult.Lifecycle result) {
        List<List<Long>> counts = List.of(result.fresh(), result.returning(), result.resurrecting(), result.dormant());
        List<String> states = List.of("new", "returning", "resurrecting", "dormant");
        int[] colours = {4, 0, 2, 3};
        int last = (result.incompleteFrom() == null ? result.labels().size() : result.incompleteFrom()) - 1;
        List<Map<String, @Nullable Object>> bars = new ArrayList<>();
        List<Column> columns = new ArrayList<>(List.of(new Column(words.text("insight.interval"), false)));
        for (int s = 0; s < states.size(); s++) {
            boolean below = s == states.size() - 1;
            String name = words.text("insight.state." + states.get(s));
            Map<String, @Nullable Object> bar = line(
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
                figures.add(new Figure(
                        words.text("insight.split", name, words.interval(label)),
                        words.number(counts.get(s).get(last)),
                        null,
                        null,
                        "point.state=" + states.get(s) + "&point.label=" + QueryForm.encoded(label)));
            }
        }
        plots.add(plot(words.text("insight.chart.lifecycle"), axis(result.labels(), bars), "tall"));
        List<List<Cell>> rows = new ArrayList<>();
        for (int i = result.labels().size() - 1; i >= 0; i--) {
            String label = result.labels().get(i);
            boolean late = result.incompleteFrom() != null && i >= result.incompleteFrom();
            List<Cell> row = new ArrayList<>();
            row.add(new Cell(
                    late ? words.text("insight.so-far", words.interval(label)) : words.interval(label),
                    label,
                    "",
                    null));
            for (int s = 0; s < states.size(); s++) {
                row.add(number(
                        counts.get(s).get(i),
                        "n",
                        "point.state=" + states.get(s) + "&point.label=" + QueryForm.encoded(label)));
            }
            rows.add(row);
        }
        sheets.add(new Sheet(words.text("insight.sheet.lifecycle"), "", columns, rows));
    }

    private void stickiness(InsightQuery.Stickiness query, InsightResult.Stickiness result) {
        String unit = QueryWords.lower(query.scope().interval());
        long all = query.cumulative()
                ? (result.buckets().isEmpty() ? 0 : result.buckets().get(0).people())
                : result.buckets().stream()
                        .mapToLong(InsightResult.Bucket::people)
                        .sum();
        Map<String, @Nullable Object> bars = line(
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
        plots.add(plot(words.text("insight.chart.stickiness"), axisOf(names, List.of(bars)), ""));
        List<List<Cell>> rows = new ArrayList<>();
        for (int i = 0; i < result.buckets().size(); i++) {
            InsightResult.Bucket bucket = result.buckets().get(i);
            rows.add(List.of(
                    Cell.of(names.get(i)),
                    number(bucket.people(), "n", "point.intervals=" + bucket.intervals()),
                    share(all == 0 ? null : bucket.people() / (double) all, null)));
        }
        sheets.add(new Sheet(
                words.text("insight.sheet.stickiness"),
                "",
                List.of(
                        new Column(words.text("insight.stickiness.active"), false),
                        new Column(words.text("insight.people"), true),
                        new Column(words.text("insight.portion"), true)),
                rows));
    }

    // ---- Paths and attribution

    private void paths(InsightResult.Paths result) {
        Map<String, @Nullable Object> chart = new HashMap<>();
        chart.put("kind", "sankey");
        chart.put("desc", words.text("insight.chart.paths"));
        chart.put(
                "nodes",
                result.nodes().stream()
                        .map(node -> Map.of(
                                "id", node.step() + "\u001f" + node.name(),
                                "n", value("", node.name()),
                                "step", node.step(),
                                "v", node.people(),
                                "p", "point.step=" + node.step() + "&point.name=" + QueryForm.encoded(node.name())))
                        .toList());
        chart.put(
                "links",
                result.edges().stream()
                        .map(edge -> Map.of(
                                "source",
                                edge.step() + "\u001f" + edge.from(),
                                "target",
                                (edge.step() + 1) + "\u001f" + edge.to(),
                                "v",
                                edge.people(),
                                "p",
                                point(edge)))
                        .toList());
        plots.add(new Plot(words.text("insight.chart.paths"), json(chart), "tall"));
        sheets.add(new Sheet(
                words.text("insight.sheet.paths"),
                "",
                List.of(
                        new Column(words.text("insight.step"), false),
                        new Column(words.text("insight.paths.from"), false),
                        new Column(words.text("insight.paths.to"), false),
                        new Column(words.text("insight.people"), true),
                        new Column(words.text("insight.paths.count"), true),
                        new Column(words.text("insight.funnel.gap.mean"), true)),
                result.edges().stream()
                        .map(edge -> List.of(
                                new Cell(String.valueOf(edge.step()), edge.step(), "", null),
                                Cell.of(value("", edge.from())),
                                Cell.of(value("", edge.to())),
                                number(edge.people(), "n", point(edge)),
                                number(edge.count(), "n", null),
                                duration(edge.meanSeconds())))
                        .toList()));
    }

    private static String point(InsightResult.Edge edge) {
        return "point.step=" + edge.step() + "&point.from=" + QueryForm.encoded(edge.from()) + "&point.to="
                + QueryForm.encoded(edge.to());
    }

    private void attribution(InsightQuery.Attributed query, InsightResult.Attributed result) {
        String property = QueryWords.name(query.touchProperty());
        boolean revenue = !query.revenue().isEmpty();
        List<InsightResult.Credit> rows = result.rows();
        List<InsightResult.Credit> drawn = rows.subList(0, Math.min(MOST_BARS, rows.size()));
        Map<String, @Nullable Object> bars = line(
                words.text(revenue ? "insight.attribution.revenue" : "insight.attribution.conversions"),
                drawn.stream()
                        .map(row -> revenue ? row.revenue() : row.conversions())
                        .toList(),
                0);
        bars.put("kind", "bar");
        bars.put("ps", drawn.stream().map(row -> nameOf(row.value())).toList());
        plots.add(plot(
                words.text("insight.chart.attribution"),
                axisOf(drawn.stream().map(row -> value(property, row.value())).toList(), List.of(bars)),
                ""));
        figures.add(new Figure(
                words.text("insight.attribution.all"), words.number(result.conversions()), null, null, null));
        figures.add(new Figure(
                words.text("insight.attribution.without"), words.number(result.unattributed()), null, null, null));
        List<Column> columns = new ArrayList<>(
                List.of(new Column(property, false), new Column(words.text("insight.attribution.conversions"), true)));
        if (revenue) {
            columns.add(new Column(words.text("insight.attribution.revenue"), true));
        }
        sheets.add(new Sheet(
                words.text("insight.sheet.attribution"),
                "",
                columns,
                rows.stream()
                        .map(row -> {
                            List<Cell> cells = new ArrayList<>(List.of(
                                    Cell.of(value(property, row.value())),
                                    number(row.conversions(), "n", nameOf(row.value()))));
                            if (revenue) {
                                cells.add(number(row.revenue(), "n", null));
                            }
                            return cells;
                        })
                        .toList()));
    }

    private static String nameOf(String value) {
        return "point.name=" + QueryForm.encoded(value);
    }

    // ---- Pieces

    /** A value in the reader's words: missing, the rest, or masked where he may not see it. */
    private String value(String property, String value) {
        return switch (value) {
            case NONE -> words.text("insight.value.none");
            case OTHER -> words.text("insight.value.other");
            default -> sight.apply(property, value);
        };
    }

    private static Map<String, @Nullable Object> line(String name, List<? extends @Nullable Object> data, int colour) {
        Map<String, @Nullable Object> line = new HashMap<>();
        line.put("n", name);
        line.put("v", data);
        line.put("c", colour);
        return line;
    }

    private Map<String, @Nullable Object> axis(List<String> labels, List<Map<String, @Nullable Object>> lines) {
        Map<String, @Nullable Object> chart =
                axisOf(labels.stream().map(words::interval).toList(), lines);
        chart.put("raw", labels);
        chart.put("marks", marks(labels));
        timed = true;
        return chart;
    }

    /** Each annotation at the interval that its day is in; several of one interval together. */
    private List<Map<String, Object>> marks(List<String> labels) {
        Map<Integer, String> texts = new java.util.TreeMap<>();
        for (Annotation annotation : annotations) {
            int at = -1;
            for (int i = 0; i < labels.size(); i++) {
                String day = labels.get(i).substring(0, "2026-11-03".length());
                boolean first = day.equals(annotation.day().toString())
                        && at >= 0
                        && labels.get(at).startsWith(day);
                at = day.compareTo(annotation.day().toString()) <= 0 && !first ? i : at;
            }
            if (at >= 0) {
                texts.merge(at, annotation.text(), (a, b) -> a + " · " + b);
            }
        }
        return texts.entrySet().stream()
                .map(mark -> Map.<String, Object>of("x", mark.getKey(), "t", mark.getValue()))
                .toList();
    }

    private static Map<String, @Nullable Object> axisOf(List<String> names, List<Map<String, @Nullable Object>> lines) {
        Map<String, @Nullable Object> chart = new HashMap<>();
        chart.put("x", names);
        chart.put("s", lines);
        return chart;
    }

    private Plot plot(String title, Map<String, @Nullable Object> chart, String height) {
        chart.put("desc", title);
        return new Plot(title, json(chart), height);
    }

    private static String json(Object value) {
        return JsonMapper.shared().writeValueAsString(value);
    }

    private static @Nullable Double percent(@Nullable Double share) {
        return share == null ? null : Math.round(share * 1_000) / 10.0;
    }

    private Cell number(@Nullable Number number, String style, @Nullable String point) {
        boolean nobody = number == null || number.doubleValue() == 0;
        return new Cell(words.number(number), number, style, nobody ? null : point);
    }

    private Cell share(@Nullable Double share, @Nullable String point) {
        return new Cell(words.share(share), share, "n", point);
    }

    private Cell duration(@Nullable Double seconds) {
        return new Cell(words.duration(seconds), seconds, "n", null);
    }

    private static String plain(double number) {
        return new java.math.BigDecimal(Double.toString(number))
                .stripTrailingZeros()
                .toPlainString();
    }

    private static Cell strong(String text) {
        return new Cell(text, text, "strong", null);
    }

    private static Cell none() {
        return new Cell("–", null, "n m", null);
    }
}
