package io.opsdeck.core.backup;

import io.opsdeck.core.backup.Manifest.SequenceValue;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the database says of its tables. Those that must not be taken as they stand say so in a comment that begins with
 * {@code backup:}, which the migration writes that makes them:
 *
 * <ul>
 *   <li>a table {@code left out}: it means nothing elsewhere or later
 *   <li>a table {@code leaves by f}: the function makes the partition whose name it is given
 *   <li>a column {@code log}: the transactions of a log that is followed, beside its column {@code seq}
 *   <li>a column {@code cursor of t with c}: the transaction up to which log t was read, with the sequence in column c
 *   <li>a column {@code renewed}: has another value after a restore
 * </ul>
 */
final class Catalog {

    /** The schemas that the login made; the public one holds the list of migrations alone. */
    static final String OURS = "n.nspowner = current_user::regrole and n.nspname <> 'public'";

    private static final Pattern CURSOR = Pattern.compile("cursor of (\\S+) with (\\S+)");

    final List<Leaf> leaves;
    final List<Mark> marks;

    private Catalog(List<Leaf> leaves, List<Mark> marks) {
        this.leaves = leaves;
        this.marks = marks;
    }

    /**
     * A table, or a partition of one.
     *
     * @param table it belongs to; itself where there are no partitions
     * @param columns without those that are computed
     */
    record Leaf(String name, String table, List<String> columns) {}

    /** A comment for us. The column is empty where it stands at the table. */
    record Mark(String table, String column, String says) {}

    /** A column of a table that holds how far a log was read. */
    record Cursor(String table, String column, String sequence, String log) {}

    static Catalog read(Connection connection) throws SQLException {
        List<Leaf> leaves = list(
                connection, """
                select c.oid::regclass::text, coalesce(pg_partition_root(c.oid), c.oid)::regclass::text,
                  array(select quote_ident(a.attname) from pg_attribute a where a.attrelid = c.oid and a.attnum > 0
                    and not a.attisdropped and a.attgenerated = '' order by a.attnum)
                from pg_class c join pg_namespace n on n.oid = c.relnamespace
                where c.relkind = 'r' and %s order by 1
                """.formatted(OURS), row -> new Leaf(row.getString(1), row.getString(2), texts(row, 3)));
        List<Mark> marks = list(
                connection, """
                select c.oid::regclass::text, coalesce(quote_ident(a.attname), ''), substr(d.description, 9)
                from pg_description d join pg_class c on c.oid = d.objoid and d.classoid = 'pg_class'::regclass
                join pg_namespace n on n.oid = c.relnamespace
                left join pg_attribute a on a.attrelid = c.oid and a.attnum = d.objsubid and d.objsubid > 0
                where d.description like 'backup: %%' and not c.relispartition and %s order by 1, 2
                """.formatted(OURS), row -> new Mark(row.getString(1), row.getString(2), row.getString(3)));
        return new Catalog(leaves, marks);
    }

    static List<SequenceValue> sequences(Connection connection) throws SQLException {
        List<String> names = list(
                connection,
                "select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace"
                        + " where c.relkind = 'S' and " + OURS + " order by 1",
                row -> row.getString(1));
        var values = new ArrayList<SequenceValue>();
        for (String name : names) {
            values.addAll(list(
                    connection,
                    "select last_value, is_called from " + name,
                    row -> new SequenceValue(name, row.getLong(1), row.getBoolean(2))));
        }
        return values;
    }

    /** What is saved. */
    List<Leaf> saved() {
        return leaves.stream()
                .filter(leaf -> says(leaf.table(), "", "left out"::equals).isEmpty())
                .toList();
    }

    /** The function that makes partitions of the table. */
    Optional<String> maker(String table) {
        return says(table, "", text -> text.startsWith("leaves by ")).map(text -> text.substring(10));
    }

    boolean isLog(String table, String column) {
        return says(table, column, "log"::equals).isPresent();
    }

    List<Mark> renewed() {
        return marks.stream().filter(mark -> mark.says().equals("renewed")).toList();
    }

    List<Cursor> cursors() {
        var cursors = new ArrayList<Cursor>();
        for (Mark mark : marks) {
            Matcher cursor = CURSOR.matcher(mark.says());
            if (cursor.matches()) {
                cursors.add(new Cursor(mark.table(), mark.column(), cursor.group(2), cursor.group(1)));
            }
        }
        return cursors;
    }

    private Optional<String> says(String table, String column, Predicate<String> what) {
        return marks.stream()
                .filter(mark -> mark.table().equals(table) && mark.column().equals(column))
                .map(Mark::says)
                .filter(what)
                .findFirst();
    }

    interface Reading<T> {
        T of(ResultSet row) throws SQLException;
    }

    static <T> List<T> list(Connection connection, String sql, Reading<T> reading) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            var list = new ArrayList<T>();
            while (rows.next()) {
                list.add(reading.of(rows));
            }
            return list;
        }
    }

    private static List<String> texts(ResultSet row, int column) throws SQLException {
        return Arrays.asList((String[]) row.getArray(column).getArray());
    }
}
