package io.opsdeck.analytics.store;

import java.sql.SQLException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.duckdb.DuckDBAppender;

/**
 * What is known of the persons of a workspace. The file holds the traits of each change as JSON, the last one of a person
 * counts. A trait becomes a column when a question asks for it, which reads the JSON of all persons once, and is kept up
 * from then on; the {@value #MOST_COLUMNS} asked for last are kept. Used under the store's lock; what it hands out does
 * not change.
 */
final class PersonColumns {

    static final int MOST_COLUMNS = 16;
    private static final int SPARE_ROWS = 20_000;

    private final StoreFile file;
    private final Map<String, PersonColumn> columns = new LinkedHashMap<>(16, 0.75f, true);
    private BitSet internal = new BitSet();
    private long rows;
    private int highest = -1;

    PersonColumns(StoreFile file) {
        this.file = file;
    }

    void load() throws SQLException {
        file.read("select ordinal, internal from profile order by rowid", (read, count) -> {
            for (int i = 0; i < count; i++) {
                internal.set(read[0].getInt(i), read[1].getBoolean(i));
                highest = Math.max(highest, read[0].getInt(i));
            }
            rows += count;
        });
        tidy();
    }

    /** Changes of some persons, in the order of the log. */
    record Changes(int[] persons, String[] traits, boolean[] internal, int size) {}

    /** Writes them to the file. Call inside {@link StoreFile#write}. */
    void write(Changes changes) throws SQLException {
        if (changes.size == 0) {
            return;
        }
        try (DuckDBAppender rowsOf = file.append("profile")) {
            for (int i = 0; i < changes.size; i++) {
                rowsOf.beginRow()
                        .append(changes.persons[i])
                        .append(changes.internal[i])
                        .append(changes.traits[i])
                        .endRow();
            }
        }
    }

    /** Takes over what was written. */
    void apply(Changes changes) {
        if (changes.size == 0) {
            return;
        }
        BitSet flags = (BitSet) internal.clone();
        for (int i = 0; i < changes.size; i++) {
            flags.set(changes.persons[i], changes.internal[i]);
            highest = Math.max(highest, changes.persons[i]);
        }
        internal = flags;
        rows += changes.size;
        columns.replaceAll((name, column) -> changed(column, changes));
        columns.values().removeIf(column -> column.property().size() > Vocabulary.MOST_VALUES);
    }

    private PersonColumn changed(PersonColumn column, Changes changes) {
        int[] codes = Arrays.copyOf(column.codes(), Math.max(column.codes().length, highest + 1));
        for (int i = 0; i < changes.size; i++) {
            codes[changes.persons[i]] = code(column.property(), changes.traits[i]);
        }
        return new PersonColumn(column.property(), codes);
    }

    private static int code(Property property, String traits) {
        int[] code = new int[1];
        PropertyDecoder.decode(traits, (name, value) -> {
            if (name.equals(property.name)) {
                code[0] = property.values.code(value);
            }
        });
        return code[0];
    }

    /** Who is a member of the team or a test profile. */
    BitSet internal() {
        return internal;
    }

    PersonColumn column(String name) throws SQLException {
        PersonColumn known = columns.get(name);
        if (known != null) {
            return known;
        }
        var property = new Property(-1, name);
        int[] codes = new int[highest + 1];
        file.read("select ordinal, traits from profile order by rowid", (read, count) -> {
            for (int i = 0; i < count; i++) {
                codes[read[0].getInt(i)] = code(property, read[1].getString(i));
            }
        });
        var column = new PersonColumn(property, codes);
        if (property.size() <= Vocabulary.MOST_VALUES) {
            columns.put(name, column);
            Iterator<String> oldest = columns.keySet().iterator();
            while (columns.size() > MOST_COLUMNS && oldest.hasNext()) {
                oldest.next();
                oldest.remove();
            }
        }
        return column;
    }

    /** Forgets persons whose rows were removed from the file. */
    void forget(BitSet gone) {
        BitSet flags = (BitSet) internal.clone();
        flags.andNot(gone);
        internal = flags;
        columns.clear();
    }

    /** Drops the rows that later ones replaced, when they are more than those that count. */
    void tidy() throws SQLException {
        if (rows <= 2L * (highest + 1) + SPARE_ROWS) {
            return;
        }
        file.write(() -> {
            file.execute("create table profile_now as select ordinal, arg_max(internal, r) as internal,"
                    + " arg_max(traits, r) as traits from (select *, rowid as r from profile) group by ordinal");
            file.execute("drop table profile");
            file.execute("alter table profile_now rename to profile");
        });
        long[] left = new long[1];
        file.read("select count(*) from profile", (counts, count) -> left[0] = counts[0].getLong(0));
        rows = left[0];
    }
}
