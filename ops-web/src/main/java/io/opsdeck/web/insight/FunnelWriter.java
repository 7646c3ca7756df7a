package io.opsdeck.web.insight;

import io.opsdeck.analytics.fold.FunnelPlan;
import io.opsdeck.analytics.insight.InsightQuery;
import io.opsdeck.analytics.insight.InsightResult;
import io.opsdeck.web.insight.AnswerView.Cell;
import io.opsdeck.web.insight.AnswerView.Column;
import io.opsdeck.web.insight.AnswerView.Figure;
import io.opsdeck.web.insight.AnswerView.Sheet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A funnel: its steps, by value where it is split, how long it takes, and how it goes by the time of entry. */
final class FunnelWriter {

    private final AnswerParts parts;
    private final Words words;
    private final QueryWords queries;

    FunnelWriter(AnswerParts parts) {
        this.parts = parts;
        this.words = parts.words();
        this.queries = parts.queries();
    }

    void write(InsightQuery.Funnel query, InsightResult.Funnel result) {
        List<InsightResult.Step> steps = result.steps();
        List<String> names = IntStream.range(0, steps.size())
                .mapToObj(i -> words.text(
                        "insight.step.named", i + 1, queries.step(query.steps().get(i))))
                .toList();
        InsightResult.Step last = steps.get(steps.size() - 1);
        parts.add(new Figure(
                words.text("insight.funnel.entered"), words.number(steps.get(0).count()), null, null, "point.step=1"));
        parts.add(new Figure(
                words.text("insight.funnel.converted"),
                words.number(last.count()),
                null,
                null,
                "point.step=" + steps.size()));
        parts.add(new Figure(words.text("insight.funnel.overall"), words.share(last.overall()), null, null, null));
        InsightResult.TimeToConvert time = result.timeToConvert();
        parts.add(new Figure(
                words.text("insight.funnel.median"),
                words.duration(time == null ? null : time.medianSeconds()),
                null,
                null,
                null));
        boolean people = query.count() == FunnelPlan.Count.UNIQUE;
        if (result.breakdown().isEmpty()) {
            Map<String, @Nullable Object> done = AnswerParts.line(
                    words.text("insight.funnel.done"),
                    steps.stream().map(InsightResult.Step::count).toList(),
                    0);
            Map<String, @Nullable Object> dropped = AnswerParts.line(
                    words.text("insight.funnel.dropped"),
                    steps.stream().map(InsightResult.Step::dropped).toList(),
                    7);
            done.putAll(Map.of("kind", "bar", "stack", "a"));
            dropped.putAll(Map.of("kind", "bar", "stack", "a", "faint", true));
            if (people) {
                done.put("ps", stepPoints(steps.size(), false));
                dropped.put("ps", stepPoints(steps.size(), true));
            }
            parts.draw(
                    words.text("insight.chart.funnel"),
                    AnswerParts.axisOf(namesWith(names, steps), List.of(done, dropped)),
                    "");
        } else {
            List<Map<String, @Nullable Object>> bars = new ArrayList<>();
            for (InsightResult.Split split :
                    result.breakdown().subList(0, Math.min(8, result.breakdown().size()))) {
                Map<String, @Nullable Object> bar = AnswerParts.line(
                        splitName(query, split),
                        split.steps().stream()
                                .map(step -> AnswerParts.percent(step.overall()))
                                .toList(),
                        bars.size());
                bar.put("kind", "bar");
                bars.add(bar);
            }
            Map<String, @Nullable Object> chart = AnswerParts.axisOf(names, bars);
            chart.put("unit", "%");
            parts.draw(words.text("insight.chart.funnel.split"), chart, "");
        }
        parts.add(funnelSheet(words.text("insight.sheet.funnel"), names, steps, null, people));
        for (InsightResult.Split split : result.breakdown()) {
            parts.add(funnelSheet(splitName(query, split), names, split.steps(), split.value(), people));
        }
        if (time != null && !time.bins().isEmpty()) {
            Map<String, @Nullable Object> bars = AnswerParts.line(
                    words.text("insight.funnel.conversions"),
                    time.bins().stream().map(InsightResult.Bin::count).toList(),
                    0);
            bars.put("kind", "bar");
            if (people) {
                bars.put(
                        "ps",
                        time.bins().stream()
                                .map(bin -> "point.fromSeconds=" + AnswerParts.plain(bin.fromSeconds())
                                        + "&point.toSeconds=" + AnswerParts.plain(bin.toSeconds()))
                                .toList());
            }
            parts.draw(
                    words.text("insight.chart.time"),
                    AnswerParts.axisOf(
                            time.bins().stream()
                                    .map(bin -> words.duration(bin.fromSeconds()))
                                    .toList(),
                            List.of(bars)),
                    "low");
        }
        InsightResult.Entries entries = result.trend();
        if (entries.labels().size() > 1) {
            List<@Nullable Double> rates = IntStream.range(0, entries.labels().size())
                    .mapToObj(i -> entries.entered().get(i) == 0
                            ? null
                            : AnswerParts.percent(entries.converted().get(i)
                                    / (double) entries.entered().get(i)))
                    .toList();
            Map<String, @Nullable Object> chart = parts.axis(
                    entries.labels(), List.of(AnswerParts.line(words.text("insight.funnel.overall"), rates, 0)));
            chart.put("unit", "%");
            parts.draw(words.text("insight.chart.entries"), chart, "low");
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
                        parts.number(entries.entered().get(i), "n", entry),
                        parts.number(
                                entries.converted().get(i),
                                "n",
                                entry == null ? null : entry + "&point.converted=true"),
                        parts.share(rates.get(i) == null ? null : rates.get(i) / 100, null)));
            }
            parts.add(new Sheet(
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
        return parts.value(breakdown == null ? "" : QueryWords.name(breakdown.path()), split.value());
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
                    parts.number(step.count(), "n", point),
                    parts.share(step.overall(), null),
                    i == 0 ? AnswerParts.none() : parts.share(step.relative(), null),
                    i == 0
                            ? AnswerParts.none()
                            : parts.number(step.dropped(), "n", point == null ? null : point + "&point.dropped=true"),
                    i == 0 ? AnswerParts.none() : parts.duration(step.medianSeconds()),
                    i == 0 ? AnswerParts.none() : parts.duration(step.meanSeconds())));
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
}
