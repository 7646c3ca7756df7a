package io.opsdeck.web.insight;

import io.opsdeck.analytics.board.Annotations.Annotation;
import io.opsdeck.analytics.insight.InsightResult;
import io.opsdeck.web.insight.AnswerView.Cell;
import io.opsdeck.web.insight.AnswerView.Figure;
import io.opsdeck.web.insight.AnswerView.Plot;
import io.opsdeck.web.insight.AnswerView.Sheet;
import java.math.BigDecimal;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** What an answer is shown as, piece by piece, and what the pieces of all kinds have in common. */
final class AnswerParts {

    private static final int MOST_FIGURES = 6;
    private static final String OTHER = "other";
    private static final String NONE = "(none)";

    private final Words words;
    private final QueryWords queries;
    private final BinaryOperator<String> sight;
    private final List<Annotation> annotations;
    private final List<String> remarks = new ArrayList<>();
    private final List<Figure> figures = new ArrayList<>();
    private final List<Plot> plots = new ArrayList<>();
    private final List<Sheet> sheets = new ArrayList<>();
    private boolean timed;

    /**
     * @param sight masks the second, a value, under the first, its name, where the reader may not see it
     * @param annotations of the days that the answer is about, the newest first
     */
    AnswerParts(Words words, ZoneId zone, BinaryOperator<String> sight, List<Annotation> annotations) {
        this.words = words;
        this.queries = new QueryWords(words, zone);
        this.sight = sight;
        this.annotations = annotations;
    }

    Words words() {
        return words;
    }

    QueryWords queries() {
        return queries;
    }

    void add(Figure figure) {
        figures.add(figure);
    }

    void add(Plot plot) {
        plots.add(plot);
    }

    void add(Sheet sheet) {
        sheets.add(sheet);
    }

    /** Says something about the numbers. */
    void remark(String text) {
        remarks.add(text);
    }

    /** All of it. */
    AnswerView view(InsightResult.Answered answered, boolean empty, @Nullable Double conversion) {
        return new AnswerView(
                answered.asOf(),
                words.number(answered.people()),
                empty,
                answered.unknown(),
                figures.subList(0, Math.min(MOST_FIGURES, figures.size())),
                plots,
                sheets,
                conversion,
                remarks,
                timed,
                annotations);
    }

    /** A value in the reader's words: missing, the rest, or masked where he may not see it. */
    String value(String property, String value) {
        return switch (value) {
            case NONE -> words.text("insight.value.none");
            case OTHER -> words.text("insight.value.other");
            default -> sight.apply(property, value);
        };
    }

    static Map<String, @Nullable Object> line(String name, List<? extends @Nullable Object> data, int colour) {
        Map<String, @Nullable Object> line = new HashMap<>();
        line.put("n", name);
        line.put("v", data);
        line.put("c", colour);
        return line;
    }

    Map<String, @Nullable Object> axis(List<String> labels, List<Map<String, @Nullable Object>> lines) {
        Map<String, @Nullable Object> chart =
                axisOf(labels.stream().map(words::interval).toList(), lines);
        chart.put("raw", labels);
        chart.put("marks", marks(labels));
        timed = true;
        return chart;
    }

    /** Each annotation at the interval that its day is in; several of one interval together. */
    List<Map<String, Object>> marks(List<String> labels) {
        Map<Integer, String> texts = new TreeMap<>();
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

    static Map<String, @Nullable Object> axisOf(List<String> names, List<Map<String, @Nullable Object>> lines) {
        Map<String, @Nullable Object> chart = new HashMap<>();
        chart.put("x", names);
        chart.put("s", lines);
        return chart;
    }

    /** Adds a chart. */
    void draw(String title, Map<String, @Nullable Object> chart, String height) {
        chart.put("desc", title);
        add(new Plot(title, json(chart), height));
    }

    static String json(Object value) {
        return JsonMapper.shared().writeValueAsString(value);
    }

    static @Nullable Double percent(@Nullable Double share) {
        return share == null ? null : Math.round(share * 1_000) / 10.0;
    }

    Cell number(@Nullable Number number, String style, @Nullable String point) {
        boolean nobody = number == null || number.doubleValue() == 0;
        return new Cell(words.number(number), number, style, nobody ? null : point);
    }

    /** @param late whether it may still grow */
    Cell interval(String label, boolean late) {
        String shown = words.interval(label);
        return new Cell(late ? words.text("insight.so-far", shown) : shown, label, "", null);
    }

    Cell share(@Nullable Double share, @Nullable String point) {
        return new Cell(words.share(share), share, "n", point);
    }

    Cell duration(@Nullable Double seconds) {
        return new Cell(words.duration(seconds), seconds, "n", null);
    }

    static String plain(double number) {
        return new BigDecimal(Double.toString(number)).stripTrailingZeros().toPlainString();
    }

    static Cell strong(String text) {
        return new Cell(text, text, "strong", null);
    }

    static Cell none() {
        return new Cell("–", null, "n m", null);
    }
}
