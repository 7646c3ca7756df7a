package io.opsdeck.analytics.workbench;

import io.opsdeck.analytics.store.EventTables;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Lets through one SELECT over the views of {@link EventTables}, with functions of a list. The engine's own parser says
 * what the statement is; every table and every function in its tree has to be known here, whatever it is part of. A name
 * that a WITH gives must not be one that the file has already, so that no place where the WITH is not valid can mean
 * something else.
 */
final class SqlGuard {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Set<String> FUNCTIONS = functions();
    private static final Set<String> TABLE_FUNCTIONS = Set.of("unnest", "range", "generate_series");
    private static final Set<String> TABLES =
            Set.of("BASE_TABLE", "SUBQUERY", "JOIN", "EMPTY", "EXPRESSION_LIST", "TABLE_FUNCTION", "PIVOT", "CTE");

    private final Set<String> named = new HashSet<>();

    private SqlGuard() {}

    /** @throws io.opsdeck.core.error.OpsdeckException with a {@link WorkbenchError} */
    static void check(Connection connection, Statement statement) throws SQLException {
        JsonNode tree;
        try (var parse = connection.prepareStatement("select json_serialize_sql(?)")) {
            parse.setString(1, statement.text());
            try (var row = parse.executeQuery()) {
                row.next();
                tree = JSON.readTree(row.getString(1));
            }
        }
        if (tree.path("error").asBoolean()) {
            if (tree.path("error_type").asString("").equals("not implemented")) {
                throw WorkbenchError.SQL_NOT_ONE_SELECT.at("/sql");
            }
            throw WorkbenchError.SQL_NOT_READABLE.at(
                    "/sql",
                    place(statement.text(), tree.path("position").asInt(-1))
                            + tree.path("error_message").asString(""));
        }
        if (tree.path("statements").size() != 1) {
            throw WorkbenchError.SQL_NOT_ONE_SELECT.at("/sql");
        }
        var guard = new SqlGuard();
        guard.collect(tree);
        guard.refuseNamesOfTheFile(connection);
        guard.check(tree);
    }

    private static String place(String text, int position) {
        if (position < 0 || position > text.length()) {
            return "";
        }
        long line = text.substring(0, position).lines().count();
        return "line " + Math.max(1, line) + ": ";
    }

    private void collect(JsonNode node) {
        for (JsonNode entry : node.path("cte_map").path("map")) {
            named.add(entry.path("key").asString("").toLowerCase(Locale.ROOT));
        }
        node.forEach(this::collect);
    }

    private void refuseNamesOfTheFile(Connection connection) throws SQLException {
        if (named.isEmpty()) {
            return;
        }
        try (var statement = connection.createStatement();
                var taken = statement.executeQuery("select lower(table_name) from duckdb_tables() union"
                        + " select lower(view_name) from duckdb_views()")) {
            while (taken.next()) {
                if (named.contains(taken.getString(1))) {
                    throw WorkbenchError.SQL_TABLE_UNKNOWN.at("/sql", taken.getString(1));
                }
            }
        }
    }

    private void check(JsonNode node) {
        if (node.isObject()) {
            String type = node.path("type").asString("");
            if (node.has("table_name") || (node.has("sample") && node.has("query_location"))) {
                checkTable(node, type);
            }
            if (node.has("function_name")) {
                checkFunction(node);
            }
        }
        node.forEach(this::check);
    }

    private void checkTable(JsonNode node, String type) {
        String name = node.path("table_name").asString("").toLowerCase(Locale.ROOT);
        if (!TABLES.contains(type)) {
            throw WorkbenchError.SQL_TABLE_UNKNOWN.at("/sql", name.isEmpty() ? type : name);
        }
        if (type.equals("TABLE_FUNCTION")) {
            String function =
                    node.path("function").path("function_name").asString("").toLowerCase(Locale.ROOT);
            if (!TABLE_FUNCTIONS.contains(function)) {
                throw WorkbenchError.SQL_FUNCTION_REFUSED.at("/sql", function);
            }
        }
        if (!type.equals("BASE_TABLE")) {
            return;
        }
        boolean qualified = node.path("qualified_name").path("path").size() != 1;
        if (qualified || !(EventTables.NAMES.contains(name) || named.contains(name))) {
            throw WorkbenchError.SQL_TABLE_UNKNOWN.at("/sql", name);
        }
    }

    private void checkFunction(JsonNode node) {
        String name = node.path("function_name").asString("").toLowerCase(Locale.ROOT);
        boolean qualified = !node.path("schema").asString("").isEmpty()
                || !node.path("catalog").asString("").isEmpty();
        if (qualified || !(FUNCTIONS.contains(name) || TABLE_FUNCTIONS.contains(name))) {
            throw WorkbenchError.SQL_FUNCTION_REFUSED.at("/sql", name);
        }
    }

    private static Set<String> functions() {
        try (var in = Objects.requireNonNull(SqlGuard.class.getResourceAsStream("functions.txt"));
                var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            return lines.lines()
                    .filter(line -> !line.startsWith("--"))
                    .flatMap(line -> Arrays.stream(line.split(" ")))
                    .filter(name -> !name.isEmpty())
                    .collect(Collectors.toUnmodifiableSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
