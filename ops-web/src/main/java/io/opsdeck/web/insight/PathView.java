package io.opsdeck.web.insight;

import io.opsdeck.analytics.board.SavedInsight;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A conversion path beside its target.
 *
 * @param target in per cent as it is typed, or empty
 * @param shownTarget as it is said, or empty without one
 * @param actual the part that goes through all of it now
 * @param gap how far it is from the target
 * @param reached null where nothing can be said yet
 */
public record PathView(
        String target,
        String shownTarget,
        String actual,
        String gap,
        @Nullable Boolean reached,
        String width,
        List<Note> notes) {

    /** A step and what the team notes on it. */
    public record Note(int step, String name, String text) {}

    /** Whether anybody planned anything with this funnel. */
    public boolean isPlanned() {
        return !target.isEmpty() || notes.stream().anyMatch(note -> !note.text().isEmpty());
    }

    static PathView of(SavedInsight insight, JsonNode query, @Nullable AnswerView answer, Words words) {
        List<Note> notes = new ArrayList<>();
        for (int i = 0; i < query.path("steps").size(); i++) {
            notes.add(new Note(
                    i + 1,
                    name(query.path("steps").get(i), words),
                    i < insight.notes().size() ? insight.notes().get(i) : ""));
        }
        BigDecimal target = insight.target();
        Double actual = answer == null ? null : answer.conversion();
        if (target == null) {
            return new PathView("", "", words.share(actual), "", null, "0%", notes);
        }
        String typed = target.movePointRight(2).stripTrailingZeros().toPlainString();
        String said = words.share(target.doubleValue());
        if (actual == null) {
            return new PathView(typed, said, words.share(null), "", null, "0%", notes);
        }
        double gap = (actual - target.doubleValue()) * 100;
        return new PathView(
                typed,
                said,
                words.share(actual),
                words.text(gap >= 0 ? "insight.path.above" : "insight.path.below", words.number(Math.abs(gap))),
                gap >= 0,
                Math.round(Math.min(1, actual / target.doubleValue()) * 100) + "%",
                notes);
    }

    private static String name(JsonNode step, Words words) {
        String label = step.path("label").asString("");
        if (!label.isEmpty()) {
            return label;
        }
        JsonNode any = step.path("any");
        List<String> names = new ArrayList<>();
        if (any.isEmpty()) {
            names.add(step.path("event").asString(words.text("insight.any-event")));
        }
        any.forEach(matcher -> names.add(matcher.path("event").asString(words.text("insight.any-event"))));
        return String.join(words.text("insight.or"), names);
    }
}
