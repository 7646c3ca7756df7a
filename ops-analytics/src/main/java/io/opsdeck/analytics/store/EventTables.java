package io.opsdeck.analytics.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The events of a workspace as somebody who writes SQL sees them, as views of one connection:
 *
 * <ul>
 *   <li>{@code events}: {@code time} (timestamptz, shown in the zone of the workspace), {@code event}, {@code person} (a
 *       number, the same for all identities that were merged), one column for each property, a double where all of its
 *       values are numbers and else a text, and {@code properties}, the whole JSON;
 *   <li>{@code profiles}: {@code person}, {@code person_id} (the id in pages and in the REST interface), {@code internal}
 *       and {@code traits}, the JSON of what is known of the person now.
 * </ul>
 *
 * <p>Codes become values by a list that the engine holds once; a join with a table of values would be paid for by
 * queries that do not ask for them. Where a list would be longer than {@value #LISTED_VALUES} values, reading the JSON is
 * faster.
 */
public final class EventTables {

    /** The names of the views. */
    public static final Set<String> NAMES = Set.of("events", "profiles");

    private static final int LISTED_VALUES = 2_000;
    private static final Set<String> FIXED = Set.of("time", "event", "person", "properties");

    private final Connection connection;

    /**
     * What may be seen.
     *
     * @param open false leaves out the JSON of properties and traits, and each property that {@code hidden} or of which any
     *     value is {@code hiddenValue}
     */
    public record Sight(ZoneId zone, boolean open, Predicate<String> hidden, Predicate<String> hiddenValue) {}

    /** Work on the connection; it may run queries, and has to leave the views as they are. */
    public interface Work<T> {
        T run(Connection connection) throws SQLException;
    }

    /** A column of {@code events} that is a property; its value comes from a list or from the JSON. */
    private record Column(int id, String name, boolean number, boolean listed) {

        String value() {
            if (listed) {
                return "list_extract(getvariable('values_" + id + "'), e.c" + id + ")";
            }
            String text = "e.props->>'$.\"" + name.replace("'", "''") + "\"'";
            return number ? "try_cast(" + text + " as double)" : "(" + text + ")";
        }
    }

    EventTables(Connection connection) {
        this.connection = connection;
    }

    void open(Sight sight) throws SQLException {
        try (var zone = connection.createStatement()) {
            zone.execute("set TimeZone = '" + sight.zone.getId().replace("'", "") + "'");
        }
        List<Column> columns = columns(sight);
        execute("set variable event_names = (select list(name order by code) from name)");
        List<Column> listed = columns.stream().filter(Column::listed).toList();
        for (Column column : listed) {
            execute("set variable values_" + column.id + " = (select list("
                    + (column.number ? "try_cast(value as double)" : "replace(value, chr(0), '')")
                    + " order by code) from value where property = " + column.id + ")");
        }
        boolean merged = number("select count(*) from alias") > 0;
        var all = new StringBuilder("create temp view events as select to_timestamp(e.ts / 1000.0) as time,"
                + " list_extract(getvariable('event_names'), e.name) as event, ");
        all.append(merged ? "coalesce(a.canonical, e.person)" : "e.person").append(" as person");
        for (Column column : columns) {
            all.append(", ").append(column.value()).append(" as ").append(quoted(column.name));
        }
        if (sight.open) {
            all.append(", e.props::json as properties");
        }
        all.append(" from (").append(rows(listed)).append(") e");
        if (merged) {
            all.append(" left join alias a on a.person = e.person");
        }
        if (number("select count(*) from erased") > 0) {
            String gone = " not in (select ordinal from erased)";
            all.append(" where e.person").append(gone);
            all.append(merged ? " and coalesce(a.canonical, e.person)" + gone : "");
        }
        execute(all.toString());
        execute(
                "create temp view profiles as select p.ordinal as person, p.id as person_id,"
                        + " coalesce(k.internal, false) as internal" + (sight.open ? ", k.traits::json as traits" : "")
                        + " from person p left join (select ordinal, arg_max(internal, row) as internal,"
                        + " arg_max(traits, row) as traits from (select *, rowid as row from profile) group by ordinal) k"
                        + " on k.ordinal = p.ordinal"
                        + " where p.ordinal not in (select person from alias) and p.ordinal not in (select ordinal from erased)");
    }

    /** The rows of all months and of what came since, each with those of the columns that its table has. */
    private String rows(List<Column> columns) throws SQLException {
        Map<String, Set<String>> tables = new LinkedHashMap<>();
        try (var statement = connection.createStatement();
                var found = statement.executeQuery("select table_name, column_name from duckdb_columns() where"
                        + " database_name = current_database() and (table_name = 'delta' or table_name in (select 'part_'"
                        + " || case when month < 0 then 'b' || -month else month::varchar end || '_' || version from part))"
                        + " order by 1")) {
            while (found.next()) {
                tables.computeIfAbsent(found.getString(1), name -> new TreeSet<>())
                        .add(found.getString(2));
            }
        }
        return tables.entrySet().stream()
                .map(table -> "select ts, name, person, props"
                        + columns.stream()
                                .map(column -> table.getValue().contains("c" + column.id)
                                        ? ", c" + column.id
                                        : ", null::integer as c" + column.id)
                                .collect(Collectors.joining())
                        + " from " + table.getKey())
                .collect(Collectors.joining(" union all "));
    }

    private List<Column> columns(Sight sight) throws SQLException {
        List<Column> columns = new ArrayList<>();
        Set<String> taken = new TreeSet<>(FIXED);
        try (var statement = connection.createStatement();
                var found = statement.executeQuery("select p.id, p.name, p.coded and"
                        + " coalesce(bool_and(try_cast(v.value as double) is not null), false), p.coded, count(v.value)"
                        + " from property p left join value v on v.property = p.id"
                        + " and not starts_with(v.value, chr(0) || '\"') group by p.id, p.name, p.coded"
                        + " having count(v.value) > 0 or not p.coded order by p.name, p.id")) {
            while (found.next()) {
                String name = found.getString(2);
                boolean coded = found.getBoolean(4);
                boolean listed = coded && found.getInt(5) <= LISTED_VALUES;
                boolean visible = sight.open || (coded && !sight.hidden.test(name));
                boolean readable = listed || (name.indexOf('"') < 0 && name.indexOf('\\') < 0);
                if (visible && readable && taken.add(name.toLowerCase(Locale.ROOT))) {
                    columns.add(new Column(found.getInt(1), name, found.getBoolean(3), listed));
                }
            }
        }
        if (!sight.open) {
            Set<Integer> withContact = withHiddenValue(sight);
            columns.removeIf(column -> withContact.contains(column.id));
        }
        return columns;
    }

    private Set<Integer> withHiddenValue(Sight sight) throws SQLException {
        Set<Integer> found = new TreeSet<>();
        try (var statement = connection.createStatement();
                var values = statement.executeQuery("select property, value from value")) {
            while (values.next()) {
                if (sight.hiddenValue.test(values.getString(2))) {
                    found.add(values.getInt(1));
                }
            }
        }
        return found;
    }

    private static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    private void execute(String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private long number(String sql) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
