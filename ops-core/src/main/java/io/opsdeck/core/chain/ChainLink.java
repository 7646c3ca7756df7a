package io.opsdeck.core.chain;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A link as it stands in the database, with the digest of its entry as that stands there now.
 *
 * @param previous the hash of the link before
 * @param digest null where the entry is gone
 */
record ChainLink(
        long position,
        UUID entry,
        int version,
        String previous,
        String hash,
        @Nullable String digest) {

    /** The columns that {@link #read} wants; the verifier works the hashes out itself and asks no function for them. */
    static final String COLUMNS = """
            l.position, l.entry_id, l.version, encode(l.previous, 'hex'), encode(l.hash, 'hex'),
              e.id::text, e.workspace_id::text, (extract(epoch from e.at) * 1000000)::bigint::text, e.actor_kind,
              e.actor_id::text, e.actor_name, e.action, e.object_type, e.object_id, e.object_name, e.before::text,
              e.after::text, e.request_id, e.address
            """;

    private static final int FIELDS_FROM = 6;
    private static final int FIELDS = 14;

    static ChainLink read(ResultSet row, int number) throws SQLException {
        @Nullable String[] fields = new @Nullable String[FIELDS];
        for (int i = 0; i < FIELDS; i++) {
            fields[i] = row.getString(FIELDS_FROM + i);
        }
        return new ChainLink(
                row.getLong(1),
                row.getObject(2, UUID.class),
                row.getInt(3),
                row.getString(4),
                row.getString(5),
                fields[0] == null ? null : ChainEncoding.digest(fields));
    }

    /** Whether this is what the linker writes for that entry at that place. */
    boolean isOf(long place, @Nullable String content) {
        return content != null
                && version == ChainEncoding.VERSION
                && hash.equals(ChainEncoding.hash(place, previous, content));
    }
}
