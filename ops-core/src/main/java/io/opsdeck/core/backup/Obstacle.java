package io.opsdeck.core.backup;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Something about a table that hinders or slows the loading of rows, with the statements that lift and restore it. */
record Obstacle(String takeDown, String putUp) {

    private static final String OURS = Catalog.OURS;

    static List<Obstacle> all(Connection connection) throws SQLException {
        var all = new ArrayList<Obstacle>();
        all.addAll(forcedPolicies(connection));
        all.addAll(triggers(connection));
        all.addAll(foreignKeys(connection));
        all.addAll(indexes(connection));
        return all;
    }

    /** COPY is refused where a policy binds the login. */
    private static List<Obstacle> forcedPolicies(Connection connection) throws SQLException {
        return Catalog.list(
                connection,
                "select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace"
                        + " where c.relforcerowsecurity and " + OURS,
                row -> {
                    String alter = "alter table " + row.getString(1);
                    return new Obstacle(alter + " no force row level security", alter + " force row level security");
                });
    }

    /** What they would do has been done, and is in the archive. */
    private static List<Obstacle> triggers(Connection connection) throws SQLException {
        return Catalog.list(
                connection,
                "select distinct c.oid::regclass::text from pg_trigger t join pg_class c on c.oid = t.tgrelid"
                        + " join pg_namespace n on n.oid = c.relnamespace where not t.tgisinternal and " + OURS,
                row -> {
                    String alter = "alter table " + row.getString(1);
                    return new Obstacle(alter + " disable trigger user", alter + " enable trigger user");
                });
    }

    private static List<Obstacle> foreignKeys(Connection connection) throws SQLException {
        return Catalog.list(
                connection,
                "select c.oid::regclass::text, quote_ident(k.conname), pg_get_constraintdef(k.oid)"
                        + " from pg_constraint k join pg_class c on c.oid = k.conrelid"
                        + " join pg_namespace n on n.oid = c.relnamespace"
                        + " where k.contype = 'f' and k.conparentid = 0 and " + OURS,
                row -> {
                    String alter = "alter table " + row.getString(1);
                    return new Obstacle(
                            alter + " drop constraint " + row.getString(2),
                            alter + " add constraint " + row.getString(2) + " " + row.getString(3));
                });
    }

    /** Building an index at the end takes a fraction of what growing it does; keys stay, since they are few. */
    private static List<Obstacle> indexes(Connection connection) throws SQLException {
        return Catalog.list(
                connection,
                "select c.oid::regclass::text, pg_get_indexdef(c.oid) from pg_class c"
                        + " join pg_namespace n on n.oid = c.relnamespace"
                        + " where c.relkind in ('i', 'I') and not c.relispartition and " + OURS
                        + " and not exists (select from pg_constraint k where k.conindid = c.oid)",
                row -> new Obstacle(
                        // Of a table with partitions the definition names the parent alone.
                        "drop index " + row.getString(1), row.getString(2).replaceFirst(" ON ONLY ", " ON ")));
    }
}
