package io.opsdeck.analytics.store;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.duckdb.DuckDBAppender;
import org.jspecify.annotations.Nullable;

/**
 * What events are called and say, by number: names, properties and their values. Numbers first what a batch brings, in
 * memory, and writes it to the file with the batch. Used by the store's writer alone.
 */
final class Vocabulary {

    /** Beyond these a property stays in the JSON of its rows. */
    static final int MOST_PROPERTIES = 200;

    static final int MOST_VALUES = 200_000;

    private final StoreFile file;
    private final Dictionary names = new Dictionary();
    private final List<Property> properties = new ArrayList<>();
    private final Map<String, Property> coded = new HashMap<>();
    private final Map<String, Property> uncoded = new HashMap<>();

    /** What the file holds: how many names and properties, and by property how many values, 0 where it has no column. */
    private int writtenNames = 1;

    private final List<Integer> writtenValues = new ArrayList<>();

    /** The properties that were asked for, as the file names them. */
    private String asked = "";

    Vocabulary(StoreFile file) {
        this.file = file;
    }

    void load() throws SQLException {
        file.read("select name from name order by code", (columns, count) -> {
            for (int i = 0; i < count; i++) {
                names.code(columns[0].getString(i));
            }
        });
        file.read("select name, coded from property order by id", (columns, count) -> {
            for (int i = 0; i < count; i++) {
                var property = new Property(properties.size(), columns[0].getString(i));
                properties.add(property);
                (columns[1].getBoolean(i) ? coded : uncoded).put(property.name, property);
            }
        });
        file.read("select property, value from value order by property, code", (columns, count) -> {
            for (int i = 0; i < count; i++) {
                properties.get(columns[0].getInt(i)).values.code(columns[1].getString(i));
            }
        });
        String known = file.meta("asked");
        if (known != null) {
            asked = known;
            for (String id : known.split(" ")) {
                properties.get(Integer.parseInt(id)).asked = true;
            }
        }
        noteWritten();
    }

    Dictionary names() {
        return names;
    }

    /** All properties, by number. */
    List<Property> all() {
        return properties;
    }

    /** Those that have a column, by number. */
    List<Property> columns() {
        return properties.stream()
                .filter(property -> coded.containsKey(property.name))
                .toList();
    }

    /** Those with a column that somebody asked for. */
    List<Property> used() {
        return columns().stream().filter(property -> property.asked).toList();
    }

    Map<String, Property> byName() {
        return Map.copyOf(coded);
    }

    /** The names of those without a column. */
    Set<String> withoutColumn() {
        return Set.copyOf(uncoded.keySet());
    }

    /** The property if its values have codes. One with too many of them stays in the JSON from now on, for all rows. */
    @Nullable
    Property property(String name, String value) {
        Property known = coded.get(name);
        if (known == null && !uncoded.containsKey(name)) {
            known = new Property(properties.size(), name);
            properties.add(known);
            (coded.size() < MOST_PROPERTIES ? coded : uncoded).put(name, known);
            return coded.get(name);
        }
        if (known != null && known.size() > MOST_VALUES && known.find(value) == null) {
            coded.remove(name);
            uncoded.put(name, known);
            return null;
        }
        return known;
    }

    /** Whether writing what is new gives the delta another column or takes one away. */
    boolean changesTables() {
        return properties.size() > writtenValues.size()
                || properties.stream().anyMatch(property -> written(property) > 0 && !coded.containsKey(property.name));
    }

    /** Writes what is new, inside the transaction of the rows that brought it. */
    void write() throws SQLException {
        for (Property property : properties) {
            if (written(property) > 0 && !coded.containsKey(property.name)) {
                giveUp(property);
            }
        }
        writeProperties();
        writeNames();
        writeValues();
    }

    /** What {@link #write} wrote is committed. */
    void noteWritten() {
        writtenNames = names.size();
        for (Property property : properties) {
            int values = coded.containsKey(property.name) ? property.size() : 0;
            if (property.id < writtenValues.size()) {
                writtenValues.set(property.id, values);
            } else {
                writtenValues.add(values);
            }
        }
    }

    /** 0 for one without a column and for a new one; no property with a column has fewer than one. */
    private int written(Property property) {
        return property.id < writtenValues.size() ? writtenValues.get(property.id) : 0;
    }

    private void writeNames() throws SQLException {
        if (writtenNames == names.size()) {
            return;
        }
        try (DuckDBAppender rowsOf = file.append("name")) {
            for (int code = writtenNames; code < names.size(); code++) {
                rowsOf.beginRow().append(code).append(names.values()[code]).endRow();
            }
        }
    }

    private void writeProperties() throws SQLException {
        for (int id = writtenValues.size(); id < properties.size(); id++) {
            Property property = properties.get(id);
            boolean hasColumn = coded.containsKey(property.name);
            try (DuckDBAppender rowsOf = file.append("property")) {
                rowsOf.beginRow()
                        .append(id)
                        .append(property.name)
                        .append(hasColumn)
                        .endRow();
            }
            if (hasColumn) {
                file.execute("alter table delta add column " + StoreFile.column(property) + " integer");
            }
        }
    }

    private void giveUp(Property property) throws SQLException {
        file.execute("update property set coded = false where id = " + property.id);
        file.execute("delete from value where property = " + property.id);
        file.execute("alter table delta drop column " + StoreFile.column(property));
    }

    private void writeValues() throws SQLException {
        try (DuckDBAppender rowsOf = file.append("value")) {
            for (Property property : coded.values()) {
                String[] values = property.values();
                for (int code = Math.max(1, written(property)); code < property.size(); code++) {
                    rowsOf.beginRow()
                            .append(property.id)
                            .append(code)
                            .append(values[code])
                            .endRow();
                }
            }
        }
    }

    /** Writes which properties were asked for: their columns are read again after a restart. */
    void noteAsked() throws SQLException {
        String now = properties.stream()
                .filter(property -> property.asked)
                .map(property -> String.valueOf(property.id))
                .collect(Collectors.joining(" "));
        if (!now.equals(asked)) {
            file.setMeta("asked", now);
            asked = now;
        }
    }

    /** Puts a mark in the place of values that nobody has any more. */
    void forget(Property property, Set<Integer> codes) throws SQLException {
        file.write(() -> {
            for (int code : codes) {
                file.execute("update value set value = chr(0) || '\"" + code + "\"' where property = " + property.id
                        + " and code = " + code);
            }
        });
        codes.forEach(code -> property.values.replace(code, Property.STRUCTURED + "\"" + code + "\""));
    }
}
