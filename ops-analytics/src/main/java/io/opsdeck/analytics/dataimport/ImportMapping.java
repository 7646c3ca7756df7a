package io.opsdeck.analytics.dataimport;

import io.opsdeck.analytics.dataimport.ImportField.Place;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * How the columns of a file become events or profiles.
 *
 * @param columns the fields of each column that is used, by the column's name
 * @param event the name of every event, or null where a column holds it
 * @param groupBy the column whose equal values make rows one event, or null
 * @param items the property that holds the list of a group's rows
 * @param zone of times without an offset
 * @param timeFormat a pattern of {@link DateTimeFormatter}, or null for ISO 8601 and numbers since the epoch
 */
public record ImportMapping(
        Kind kind,
        Map<String, List<ImportField>> columns,
        @Nullable String event,
        @Nullable String groupBy,
        String items,
        ZoneId zone,
        @Nullable String timeFormat) {

    private static final String ITEMS = "products";

    /** What the rows are. */
    public enum Kind {
        EVENTS,
        PROFILES;

        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Reads the JSON of the API.
     *
     * @param zone for a mapping that names none
     * @throws io.opsdeck.core.error.OpsdeckException an {@link ImportError} with the pointer to the place
     */
    public static ImportMapping of(String text, ZoneId zone, JsonMapper json) {
        JsonNode root;
        try {
            root = json.readTree(text);
        } catch (JacksonException e) {
            throw ImportError.MAPPING_NOT_READABLE.at("/mapping");
        }
        if (!root.isObject() || !root.path("columns").isObject()) {
            throw ImportError.MAPPING_NOT_READABLE.at("/mapping/columns");
        }
        var columns = new LinkedHashMap<String, List<ImportField>>();
        for (var column : root.path("columns").properties()) {
            var fields = new ArrayList<ImportField>();
            Iterable<JsonNode> given = column.getValue().isArray() ? column.getValue() : List.of(column.getValue());
            for (JsonNode field : given) {
                Optional<ImportField> read = field.isString() ? ImportField.of(field.asString()) : Optional.empty();
                fields.add(read.orElseThrow(
                        () -> ImportError.FIELD_UNKNOWN.at("/mapping/columns/" + column.getKey(), field.toString())));
            }
            columns.put(column.getKey(), List.copyOf(fields));
        }
        return new ImportMapping(
                kind(root.path("kind")),
                columns,
                text(root, "event"),
                text(root, "groupBy"),
                Optional.ofNullable(text(root, "items")).orElse(ITEMS),
                zone(root, zone),
                text(root, "timeFormat"));
    }

    private static Kind kind(JsonNode node) {
        for (Kind kind : Kind.values()) {
            if (kind.key().equals(node.asString(""))) {
                return kind;
            }
        }
        throw ImportError.MAPPING_NOT_READABLE.at("/mapping/kind");
    }

    private static @Nullable String text(JsonNode root, String field) {
        JsonNode node = root.path(field);
        return node.isString() && !node.asString().isBlank() ? node.asString().strip() : null;
    }

    private static ZoneId zone(JsonNode root, ZoneId otherwise) {
        String given = text(root, "zone");
        try {
            return given == null ? otherwise : ZoneId.of(given);
        } catch (DateTimeException e) {
            throw io.opsdeck.core.error.CoreError.INVALID_TIME_ZONE.at("/mapping/zone");
        }
    }

    /** The JSON that {@link #of} reads. */
    String toJson(JsonMapper json) {
        ObjectNode root = json.createObjectNode();
        root.put("kind", kind.key());
        ObjectNode fields = root.putObject("columns");
        columns.forEach(
                (column, to) -> to.forEach(field -> fields.withArray(column).add(field.toString())));
        root.put("event", event);
        root.put("groupBy", groupBy);
        root.put("items", items);
        root.put("zone", zone.getId());
        root.put("timeFormat", timeFormat);
        return root.toString();
    }

    /**
     * Compares with a file's header.
     *
     * @throws io.opsdeck.core.error.OpsdeckException an {@link ImportError} with the pointer to the place
     */
    void check(List<String> header) {
        Set<Place> places = EnumSet.noneOf(Place.class);
        Set<ImportField> taken = new HashSet<>();
        for (var column : columns.entrySet()) {
            String pointer = "/mapping/columns/" + column.getKey();
            if (!header.contains(column.getKey())) {
                throw ImportError.COLUMN_UNKNOWN.at(pointer, column.getKey());
            }
            for (ImportField field : column.getValue()) {
                boolean fits = kind == Kind.PROFILES
                        ? field.place() != Place.PROPERTY
                                && field.place() != Place.EVENT
                                && !field.place().grouped()
                        : field.place() != Place.TRAIT;
                if (!fits) {
                    throw ImportError.FIELD_UNKNOWN.at(pointer, field.toString());
                }
                if (field.place().grouped() && groupBy == null) {
                    throw ImportError.FIELD_NEEDS_GROUP.at(pointer, field.toString());
                }
                Place target = field.place() == Place.SUM ? Place.PROPERTY : field.place();
                if (!taken.add(new ImportField(target, field.name(), ImportField.Type.AUTO))) {
                    throw ImportError.FIELD_TWICE.at(pointer, field.toString());
                }
                places.add(field.place());
            }
        }
        if (!places.contains(Place.USER_ID) && !places.contains(Place.ANONYMOUS_ID)) {
            throw ImportError.MAPPING_WITHOUT_PERSON.at("/mapping/columns");
        }
        if (kind == Kind.EVENTS && event == null && !places.contains(Place.EVENT)) {
            throw ImportError.MAPPING_WITHOUT_EVENT.at("/mapping/event");
        }
        if (groupBy != null && (!header.contains(groupBy) || kind == Kind.PROFILES)) {
            throw ImportError.COLUMN_UNKNOWN.at("/mapping/groupBy", groupBy);
        }
        var unused = formatter();
    }

    /** The formatter of {@code timeFormat}, or null where it names none. */
    @Nullable
    DateTimeFormatter formatter() {
        try {
            return timeFormat == null ? null : DateTimeFormatter.ofPattern(timeFormat, Locale.ROOT);
        } catch (IllegalArgumentException e) {
            throw ImportError.INVALID_TIME_FORMAT.at("/mapping/timeFormat", String.valueOf(timeFormat));
        }
    }
}
