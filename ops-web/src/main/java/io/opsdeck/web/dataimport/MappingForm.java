package io.opsdeck.web.dataimport;

import io.opsdeck.analytics.dataimport.ImportField;
import io.opsdeck.analytics.dataimport.ImportField.Place;
import io.opsdeck.analytics.dataimport.ImportField.Type;
import io.opsdeck.analytics.dataimport.ImportMapping;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A mapping as the page shows it: a line for each column of the file. */
record MappingForm(
        String kind, String event, String groupBy, String items, String zone, String timeFormat, List<Line> lines) {

    /**
     * What a column becomes.
     *
     * @param place the key of a {@link Place}, empty for a column that is left out
     * @param sum the property that adds it up, or empty
     */
    record Line(String column, String example, String place, String name, String type, String sum) {}

    static MappingForm of(ImportMapping mapping, List<String> header, List<List<String>> sample) {
        var lines = new ArrayList<Line>();
        for (int i = 0; i < header.size(); i++) {
            String column = header.get(i);
            List<ImportField> fields = mapping.columns().getOrDefault(column, List.of());
            ImportField main = fields.stream()
                    .filter(field -> field.place() != Place.SUM)
                    .findFirst()
                    .orElse(null);
            String sum = fields.stream()
                    .filter(field -> field.place() == Place.SUM)
                    .map(ImportField::name)
                    .findFirst()
                    .orElse("");
            lines.add(new Line(
                    column,
                    example(sample, i),
                    main == null ? "" : main.place().key(),
                    main == null || main.name().isEmpty() ? column : main.name(),
                    main == null ? Type.AUTO.key() : main.type().key(),
                    sum));
        }
        return new MappingForm(
                mapping.kind().key(),
                text(mapping.event()),
                text(mapping.groupBy()),
                mapping.items(),
                mapping.zone().getId(),
                text(mapping.timeFormat()),
                lines);
    }

    /** Reads what the page sent: one value for each column in each of the repeated fields. */
    static MappingForm of(Map<String, String[]> sent, List<String> header, List<List<String>> sample) {
        var lines = new ArrayList<Line>();
        for (int i = 0; i < header.size(); i++) {
            lines.add(new Line(
                    header.get(i),
                    example(sample, i),
                    value(sent, "place", i),
                    value(sent, "name", i),
                    value(sent, "type", i),
                    value(sent, "sum", i)));
        }
        return new MappingForm(
                value(sent, "kind", 0),
                value(sent, "event", 0),
                value(sent, "groupBy", 0),
                value(sent, "items", 0),
                value(sent, "zone", 0),
                value(sent, "timeFormat", 0),
                lines);
    }

    /** The JSON of the API. */
    String toJson(JsonMapper json) {
        ObjectNode root = json.createObjectNode();
        root.put("kind", kind);
        root.put("event", event);
        root.put("groupBy", groupBy);
        root.put("items", items);
        root.put("zone", zone);
        root.put("timeFormat", timeFormat);
        ObjectNode columns = root.putObject("columns");
        for (Line line : lines) {
            var fields = new ArrayList<String>();
            if (!line.place().isEmpty()) {
                fields.add(field(line));
            }
            if (!line.sum().isEmpty() && !groupBy.isEmpty()) {
                fields.add(Place.SUM.key() + "." + line.sum());
            }
            if (!fields.isEmpty()) {
                fields.forEach(field -> columns.withArray(line.column()).add(field));
            }
        }
        return root.toString();
    }

    private static String field(Line line) {
        boolean named = List.of(Place.PROPERTY, Place.TRAIT, Place.ITEM).stream()
                .anyMatch(place -> place.key().equals(line.place()));
        if (!named) {
            return line.place();
        }
        String name = line.name().isBlank() ? line.column() : line.name();
        return line.place() + "." + name + ":" + line.type();
    }

    private static String example(List<List<String>> sample, int column) {
        return sample.stream()
                .filter(row -> row.size() > column && !row.get(column).isBlank())
                .map(row -> row.get(column))
                .distinct()
                .limit(3)
                .reduce((a, b) -> a + " · " + b)
                .orElse("");
    }

    private static String value(Map<String, String[]> sent, String field, int index) {
        String[] values = sent.getOrDefault(field, new String[0]);
        return index < values.length ? values[index].strip() : "";
    }

    private static String text(@Nullable String text) {
        return text == null ? "" : text;
    }
}
