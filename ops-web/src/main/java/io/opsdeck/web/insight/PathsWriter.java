package io.opsdeck.web.insight;

import io.opsdeck.analytics.insight.InsightResult;
import io.opsdeck.web.insight.AnswerView.Cell;
import io.opsdeck.web.insight.AnswerView.Column;
import io.opsdeck.web.insight.AnswerView.Plot;
import io.opsdeck.web.insight.AnswerView.Sheet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Paths: where people come from and go to at each step. */
final class PathsWriter {

    private final AnswerParts parts;
    private final Words words;

    PathsWriter(AnswerParts parts) {
        this.parts = parts;
        this.words = parts.words();
    }

    void write(InsightResult.Paths result) {
        Map<String, @Nullable Object> chart = new HashMap<>();
        chart.put("kind", "sankey");
        chart.put("desc", words.text("insight.chart.paths"));
        chart.put(
                "nodes",
                result.nodes().stream()
                        .map(node -> Map.of(
                                "id", node.step() + "\u001f" + node.name(),
                                "n", parts.value("", node.name()),
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
        parts.add(new Plot(words.text("insight.chart.paths"), AnswerParts.json(chart), "tall"));
        parts.add(new Sheet(
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
                                Cell.of(parts.value("", edge.from())),
                                Cell.of(parts.value("", edge.to())),
                                parts.number(edge.people(), "n", point(edge)),
                                parts.number(edge.count(), "n", null),
                                parts.duration(edge.meanSeconds())))
                        .toList()));
    }

    private static String point(InsightResult.Edge edge) {
        return "point.step=" + edge.step() + "&point.from=" + QueryForm.encoded(edge.from()) + "&point.to="
                + QueryForm.encoded(edge.to());
    }
}
