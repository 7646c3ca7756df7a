package io.opsdeck.web.insight;

import io.opsdeck.analytics.board.Annotations.Annotation;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An answer as a page shows it and a file holds it.
 *
 * @param empty whether nothing was found
 * @param unknown events and properties that the workspace does not have
 * @param remarks what has to be said about the numbers
 * @param timed whether a chart has a time axis, on which {@code annotations} are marked
 * @param conversion of a funnel: the part that goes through all of it
 */
public record AnswerView(
        @Nullable Instant asOf,
        String people,
        boolean empty,
        List<String> unknown,
        List<Figure> figures,
        List<Plot> plots,
        List<Sheet> sheets,
        @Nullable Double conversion,
        List<String> remarks,
        boolean timed,
        List<Annotation> annotations) {

    /**
     * One number.
     *
     * @param good whether a change is good news; null where nobody can say
     * @param point the number's place in the answer as fields of an address, or null
     */
    public record Figure(
            String label,
            String value,
            @Nullable String change,
            @Nullable Boolean good,
            @Nullable String point) {}

    /**
     * One chart.
     *
     * @param data what charts.js draws, as JSON
     * @param height a class of the stylesheet
     */
    public record Plot(String title, String data, String height) {}

    /** One table. */
    public record Sheet(String title, String hint, List<Column> columns, List<List<Cell>> rows) {}

    /** @param numeric whether it is right-aligned */
    public record Column(String name, boolean numeric) {}

    /**
     * One cell.
     *
     * @param value what a file holds: a text, a number or null
     * @param style a class of the stylesheet, or empty
     * @param point as in {@link Figure}
     */
    public record Cell(
            String text,
            @Nullable Object value,
            String style,
            @Nullable String point) {

        static Cell of(String text) {
            return new Cell(text, text, "", null);
        }
    }
}
