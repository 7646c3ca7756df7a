package io.opsdeck.core.backup;

import io.opsdeck.core.backup.Catalog.Cursor;
import io.opsdeck.core.backup.Catalog.Leaf;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Transaction ids mean nothing in another server, but who follows a log stands at (tx, seq), and behind it is what he has
 * not seen yet. So in an archive the transaction of a row is the number of cursors that had passed before it: rows keep
 * their side of each cursor, and all of them are older than any transaction of the new server.
 */
final class LogPositions {

    private final Catalog catalog;
    private final List<Cursor> cursors;

    /** By log: where its cursors stand, each once and in their order. */
    private final Map<String, List<Position>> positions = new HashMap<>();

    private record Position(String tx, long seq) {

        String sql() {
            return "('" + tx + "'::xid8, " + seq + ")";
        }
    }

    private LogPositions(Catalog catalog) {
        this.catalog = catalog;
        this.cursors = catalog.cursors();
    }

    static LogPositions read(Connection connection, Catalog catalog) throws SQLException {
        var read = new LogPositions(catalog);
        Map<String, List<String>> tables = new HashMap<>();
        for (Cursor cursor : read.cursors) {
            tables.computeIfAbsent(cursor.log(), log -> new ArrayList<>())
                    .add("select " + cursor.column() + " as tx, " + cursor.sequence() + " as seq from "
                            + cursor.table());
        }
        for (Map.Entry<String, List<String>> log : tables.entrySet()) {
            String all = String.join(" union ", log.getValue());
            List<Position> found = Catalog.list(
                    connection,
                    "select tx::text, seq from (" + all + ") p order by p.tx, p.seq",
                    row -> new Position(row.getString(1), row.getLong(2)));
            read.positions.put(log.getKey(), found);
        }
        return read;
    }

    /** What is selected for the column. */
    String expression(Leaf leaf, String column) {
        if (catalog.isLog(leaf.table(), column)) {
            return passed(leaf.table(), column, "seq");
        }
        Optional<Cursor> cursor = cursors.stream()
                .filter(each ->
                        each.table().equals(leaf.table()) && each.column().equals(column))
                .findFirst();
        if (cursor.isPresent()) {
            return passed(cursor.get().log(), column, cursor.get().sequence());
        }
        boolean sequence = cursors.stream()
                .anyMatch(each ->
                        each.table().equals(leaf.table()) && each.sequence().equals(column));
        return sequence ? String.valueOf(Long.MAX_VALUE) : column;
    }

    private String passed(String log, String tx, String seq) {
        var sql = new StringBuilder("(case");
        List<Position> all = positions.getOrDefault(log, List.of());
        for (int i = 0; i < all.size(); i++) {
            sql.append(
                    " when (%s, %s) <= %s then %d".formatted(tx, seq, all.get(i).sql(), i));
        }
        return all.isEmpty()
                ? "0"
                : sql.append(" else %d end)".formatted(all.size())).toString();
    }
}
