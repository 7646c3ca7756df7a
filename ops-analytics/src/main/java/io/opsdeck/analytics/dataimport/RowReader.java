package io.opsdeck.analytics.dataimport;

import static java.util.Objects.requireNonNull;

import io.opsdeck.analytics.dataimport.ImportField.Place;
import io.opsdeck.analytics.dataimport.ImportMapping.Kind;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes an event of a row, or of the rows of a group. The message id is made of what stands in the file, so that the
 * same row is the same event however often it is imported: of the group where there is one, else of all cells and, as
 * equal rows of one file are different events, of how many equal ones came before. Remembers 8 bytes of each row for
 * that, about 60 MB for a million. Used by one thread, for one pass over a file.
 */
final class RowReader {

    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9][0-9]{0,14})(\\.[0-9]{1,15})?");
    private static final Pattern PLAIN_NUMBER =
            Pattern.compile("[+-]?([0-9]{1,18}|[0-9]{1,3}(,[0-9]{3}){1,5})(\\.[0-9]{1,18})?([eE][+-]?[0-9]{1,2})?");
    private static final Pattern CODE = Pattern.compile("0[0-9].*");
    private static final Set<String> SPREADSHEET_ERRORS = Set.of(
            "#N/A", "#VALUE!", "#REF!", "#DIV/0!", "#NUM!", "#NAME?", "#NULL!", "#SPILL!", "#CALC!", "#GETTING_DATA");
    /** What a cell with the format of a date is read as, whatever pattern the times in text cells have. */
    private static final Pattern DATE_CELL =
            Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,3})?)?");

    private static final Pattern EPOCH = Pattern.compile("[0-9]{9,16}(\\.[0-9]{1,6})?");
    private static final DateTimeFormatter ISO = new DateTimeFormatterBuilder()
            .parseCaseInsensitive()
            .appendPattern("[uuuu-M-d][uuuu/M/d][uuuuMMdd]")
            .appendPattern("[['T'][' ']H:mm[:ss]]")
            .optionalStart()
            .appendFraction(ChronoField.NANO_OF_SECOND, 1, 9, true)
            .optionalEnd()
            .appendPattern("[' '][XXX][XX]")
            .toFormatter(Locale.ROOT)
            .withResolverStyle(ResolverStyle.STRICT);

    private final ImportMapping mapping;
    private final boolean dated;
    private final List<String> header;
    private final JsonMapper json;
    private final @Nullable DateTimeFormatter format;
    private final Map<Long, Integer> equalRows = new HashMap<>();
    private final MessageDigest digest;

    RowReader(ImportMapping mapping, TableLayout layout, List<String> header, JsonMapper json) {
        this.mapping = mapping;
        this.dated = layout instanceof TableLayout.Sheet;
        this.header = header;
        this.json = json;
        this.format = mapping.formatter();
        try {
            this.digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What is wrong with a cell; {@code column} is null where it is the row as a whole. */
    static final class RowException extends Exception {

        private static final long serialVersionUID = 1L;

        private final transient RowFault fault;
        private final @Nullable String column;
        private final @Nullable String value;

        RowException(RowFault fault, @Nullable String column, @Nullable String value) {
            super(fault.code(), null, false, false);
            this.fault = fault;
            this.column = column;
            this.value = value;
        }

        RowFault fault() {
            return fault;
        }

        @Nullable
        String column() {
            return column;
        }

        @Nullable
        String value() {
            return value;
        }
    }

    /** The value of the column that rows are grouped by. */
    String group(Row row) throws RowException {
        checkShape(row);
        String column = String.valueOf(mapping.groupBy());
        String group = row.cells().get(header.indexOf(column)).strip();
        if (group.isEmpty()) {
            throw new RowException(RowFault.VALUE_MISSING, column, null);
        }
        checkCalculated(group, column);
        return group;
    }

    /** Counts a row that an earlier attempt has already loaded. */
    void pass(Row row) {
        if (mapping.groupBy() == null) {
            equalBefore(hash(row.cells()));
        }
    }

    /** The event of the rows as a JSON object of the tracking API. */
    byte[] read(List<Row> rows) throws RowException {
        Row first = rows.get(0);
        byte[] hash = hash(mapping.groupBy() == null ? first.cells() : List.of("group", group(first)));
        int equal = mapping.groupBy() == null ? equalBefore(hash) : 0;
        for (Row row : rows) {
            checkShape(row);
        }
        ObjectNode event = json.createObjectNode();
        boolean profiles = mapping.kind() == Kind.PROFILES;
        event.put("type", profiles ? "identify" : "track");
        if (mapping.event() != null && !profiles) {
            event.put("event", mapping.event());
        }
        ObjectNode body = event.putObject(profiles ? "traits" : "properties");
        for (var column : mapping.columns().entrySet()) {
            int index = header.indexOf(column.getKey());
            for (Row row : rows) {
                checkCalculated(row.cells().get(index), column.getKey());
            }
            for (ImportField field : column.getValue()) {
                put(event, body, field, column.getKey(), index, rows);
            }
        }
        if (!event.hasNonNull("messageId")) {
            String name = profiles ? "$identify" : event.path("event").asString("");
            String key = HexFormat.of().formatHex(hash, 0, 16);
            event.put("messageId", equal == 0 ? name(name, key) : name(name, key) + "-" + equal);
        }
        return event.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** The same rows may be imported as two kinds of event. */
    private String name(String event, String key) {
        byte[] both = digest.digest((event + '\u001f' + key).getBytes(StandardCharsets.UTF_8));
        return "import-" + HexFormat.of().formatHex(both, 0, 16);
    }

    private void put(ObjectNode event, ObjectNode body, ImportField field, String column, int index, List<Row> rows)
            throws RowException {
        switch (field.place()) {
            case USER_ID, ANONYMOUS_ID, EVENT, MESSAGE_ID -> {
                String value = common(column, index, rows);
                if (!value.isEmpty()) {
                    event.put(field.place().key(), value);
                } else if (field.place() == Place.EVENT && !event.has("event")) {
                    throw new RowException(RowFault.VALUE_MISSING, column, null);
                }
            }
            case TIMESTAMP -> {
                String value = rows.get(0).cells().get(index).strip();
                if (!value.isEmpty()) {
                    event.put("timestamp", time(value, column).toInstant().toString());
                }
            }
            case PROPERTY, TRAIT -> {
                String value = common(column, index, rows);
                if (!value.isEmpty()) {
                    body.set(field.name(), value(value, field, column));
                }
            }
            case SUM -> body.set(field.name(), json.getNodeFactory().numberNode(sum(column, index, rows)));
            case ITEM -> {
                for (int i = 0; i < rows.size(); i++) {
                    var items = body.withArray(mapping.items());
                    ObjectNode item = items.size() > i ? (ObjectNode) items.get(i) : items.addObject();
                    String value = rows.get(i).cells().get(index).strip();
                    if (!value.isEmpty()) {
                        item.set(field.name(), value(value, field, column));
                    }
                }
            }
        }
    }

    /** The value that all rows have; a cell may be empty where another is not. */
    private static String common(String column, int index, List<Row> rows) throws RowException {
        String common = "";
        for (Row row : rows) {
            String value = row.cells().get(index).strip();
            if (common.isEmpty()) {
                common = value;
            } else if (!value.isEmpty() && !value.equals(common)) {
                throw new RowException(RowFault.GROUP_DISAGREES, column, value);
            }
        }
        return common;
    }

    private static BigDecimal sum(String column, int index, List<Row> rows) throws RowException {
        BigDecimal sum = BigDecimal.ZERO;
        for (Row row : rows) {
            String value = row.cells().get(index).strip();
            sum = value.isEmpty() ? sum : sum.add(number(value, column));
        }
        return sum;
    }

    private static BigDecimal number(String value, String column) throws RowException {
        if (!PLAIN_NUMBER.matcher(value).matches()) {
            throw new RowException(RowFault.NOT_A_NUMBER, column, value);
        }
        return new BigDecimal(value.replace(",", ""));
    }

    private JsonNode value(String value, ImportField field, String column) throws RowException {
        var nodes = json.getNodeFactory();
        return switch (field.type()) {
            case TEXT -> nodes.stringNode(value);
            case NUMBER -> nodes.numberNode(number(value, column));
            case BOOLEAN -> nodes.booleanNode(truth(value, column));
            case TIME -> nodes.stringNode(time(value, column).format(DateTimeFormatter.ISO_OFFSET_DATE_TIME));
            case AUTO -> {
                if (looksLikeNumber(value)) {
                    yield nodes.numberNode(new BigDecimal(value));
                }
                boolean truth = value.equalsIgnoreCase("true") || value.equalsIgnoreCase("false");
                yield truth ? nodes.booleanNode(value.equalsIgnoreCase("true")) : nodes.stringNode(value);
            }
        };
    }

    static boolean looksLikeNumber(String value) {
        return NUMBER.matcher(value).matches();
    }

    /** Whether a column of such cells is one of numbers; a leading zero makes a code. */
    static boolean readsAsNumber(String value) {
        return PLAIN_NUMBER.matcher(value).matches() && !CODE.matcher(value).matches();
    }

    /** Whether a cell can be read as a time without a pattern. */
    static boolean looksLikeTime(String value) {
        try {
            return value.length() >= 8 && !NUMBER.matcher(value).matches() && parse(value, ISO) != null;
        } catch (DateTimeException e) {
            return false;
        }
    }

    private static boolean truth(String value, String column) throws RowException {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "true", "yes", "y", "1", "t", "是" -> true;
            case "false", "no", "n", "0", "f", "否" -> false;
            default -> throw new RowException(RowFault.NOT_A_BOOLEAN, column, value);
        };
    }

    private ZonedDateTime time(String value, String column) throws RowException {
        ZoneId zone = mapping.zone();
        try {
            if (format == null && EPOCH.matcher(value).matches() && value.length() != 8) {
                double number = Double.parseDouble(value);
                return Instant.ofEpochMilli(Math.round(number < 1e11 ? number * 1000 : number))
                        .atZone(zone);
            }
            boolean iso = format == null || dated && DATE_CELL.matcher(value).matches();
            TemporalAccessor parsed = parse(value, iso ? ISO : requireNonNull(format));
            if (parsed instanceof OffsetDateTime offset) {
                return offset.toZonedDateTime();
            }
            if (parsed instanceof LocalDateTime local) {
                return local.atZone(zone);
            }
            return ((LocalDate) parsed).atStartOfDay(zone);
        } catch (DateTimeException e) {
            throw new RowException(RowFault.NOT_A_TIME, column, value);
        }
    }

    private static void checkCalculated(String cell, String column) throws RowException {
        if (cell.startsWith("#") && SPREADSHEET_ERRORS.contains(cell)) {
            throw new RowException(RowFault.SPREADSHEET_ERROR, column, cell);
        }
    }

    private static TemporalAccessor parse(String value, DateTimeFormatter format) {
        return format.parseBest(value, OffsetDateTime::from, LocalDateTime::from, LocalDate::from);
    }

    private void checkShape(Row row) throws RowException {
        if (row.cells().size() < header.size()) {
            throw new RowException(
                    RowFault.CELLS_MISSING, null, String.valueOf(row.cells().size()));
        }
        if (row.cells().size() > header.size()) {
            throw new RowException(
                    RowFault.CELLS_TOO_MANY, null, String.valueOf(row.cells().size()));
        }
        for (int i = 0; i < header.size(); i++) {
            if (Row.tooLong(row.cells().get(i))) {
                throw new RowException(RowFault.CELL_TOO_LONG, header.get(i), null);
            }
        }
    }

    private byte[] hash(List<String> cells) {
        for (String cell : cells) {
            digest.update(cell.getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0x1F);
        }
        return digest.digest();
    }

    private int equalBefore(byte[] hash) {
        long key = java.nio.ByteBuffer.wrap(hash).getLong();
        return equalRows.merge(key, 1, Integer::sum) - 1;
    }

    /** The events of the first rows, for the eyes; rows that are wrong are left out. */
    static List<String> preview(
            ImportMapping mapping,
            TableLayout layout,
            List<String> header,
            List<List<String>> sample,
            JsonMapper json) {
        var reader = new RowReader(mapping, layout, header, json);
        var groups = new java.util.LinkedHashMap<String, List<Row>>();
        for (List<String> cells : sample) {
            var row = new Row(0, cells);
            try {
                String group = mapping.groupBy() == null ? String.valueOf(groups.size()) : reader.group(row);
                groups.computeIfAbsent(group, key -> new ArrayList<>()).add(row);
            } catch (RowException e) {
                continue;
            }
        }
        var events = new ArrayList<String>();
        for (List<Row> group : groups.values()) {
            try {
                events.add(json.writerWithDefaultPrettyPrinter().writeValueAsString(json.readTree(reader.read(group))));
            } catch (RowException e) {
                continue;
            }
            if (events.size() == 3) {
                break;
            }
        }
        return events;
    }
}
