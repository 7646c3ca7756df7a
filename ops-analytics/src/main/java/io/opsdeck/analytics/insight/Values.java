package io.opsdeck.analytics.insight;

import io.opsdeck.analytics.store.Codes;
import io.opsdeck.analytics.store.Property;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The values of a breakdown, numbered anew: what has the same text has the same number, whatever it was stored as, and a
 * path into objects becomes the text that it leads to. 0 is an event without the property.
 */
final class Values {

    /** How a missing value is shown to machines; screens say it in the reader's language. */
    static final String NONE = "(none)";

    private final int[] byCode;
    private final int missing;
    private final List<String> texts;

    private Values(int[] byCode, int missing, List<String> texts) {
        this.byCode = byCode;
        this.missing = missing;
        this.texts = texts;
    }

    static Values of(@Nullable Property property, List<String> path) {
        List<String> texts = new ArrayList<>(List.of(NONE));
        if (property == null) {
            return new Values(new int[1], 0, texts);
        }
        int size = property.size();
        String[] stored = property.values();
        int[] byCode = new int[size];
        Map<String, Integer> numbers = new HashMap<>();
        for (int code = 1; code < size; code++) {
            String text = String.join(", ", Condition.texts(stored[code], path));
            if (!text.isEmpty()) {
                byCode[code] = numbers.computeIfAbsent(text.replace(String.valueOf(Property.STRUCTURED), ""), key -> {
                    texts.add(key);
                    return texts.size() - 1;
                });
            }
        }
        return new Values(byCode, 0, texts);
    }

    /** The same values, each numbered by its row; several may share one. */
    Values inRows(int[] rowOf) {
        int[] rows = new int[byCode.length];
        for (int code = 0; code < rows.length; code++) {
            rows[code] = rowOf[byCode[code]];
        }
        return new Values(rows, rowOf[0], List.of());
    }

    /** Codes that appeared after the query began count as missing: its snapshot does not hold them. */
    int number(int code) {
        return code < byCode.length ? byCode[code] : missing;
    }

    /** The numbers of {@code rows[from..to)}, the first of them at {@code place}. */
    void numbers(Codes codes, int[] rows, int from, int to, int[] into, int place) {
        codes.translate(rows, from, to, byCode, missing, into, place);
    }

    /** The row of each number: its place among the texts that are shown, or the one behind them. */
    int[] rows(List<String> shown) {
        Map<String, Integer> places = new HashMap<>();
        for (int row = 0; row < shown.size(); row++) {
            places.put(shown.get(row), row);
        }
        int[] rowOf = new int[texts.size()];
        for (int number = 0; number < rowOf.length; number++) {
            rowOf[number] = places.getOrDefault(texts.get(number), shown.size());
        }
        return rowOf;
    }

    int size() {
        return texts.size();
    }

    /** The number of a text, or -1. */
    int find(String text) {
        return texts.indexOf(text);
    }

    String text(int number) {
        return texts.get(number);
    }
}
