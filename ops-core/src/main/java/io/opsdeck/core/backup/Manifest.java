package io.opsdeck.core.backup;

import io.opsdeck.core.database.Migrations;
import java.util.List;

/**
 * What an archive says of itself; its last entry, so that an archive that was cut off has none.
 *
 * @param format of the archive
 * @param product the version of the program that wrote it
 * @param takenAt the time of the database at which everything in it is as it was, ISO 8601
 * @param secretKey where the key is that opens the sealed secrets in it
 * @param migrations that had been applied, in their order
 */
record Manifest(
        int format,
        String product,
        String takenAt,
        SecretKey secretKey,
        List<Migrations.Step> migrations,
        List<Part> parts,
        List<SequenceValue> sequences) {

    static final int FORMAT = 1;

    enum SecretKey {
        /** In this archive. */
        ARCHIVE,
        /** In {@code OPSDECK_SECRET_KEY} of the installation that wrote it. */
        SETTING,
        /** Nothing had been sealed yet. */
        NONE
    }

    /**
     * The rows of a table, or of one partition of it.
     *
     * @param entry its name in the archive
     * @param table into which they are loaded
     * @param leaf the partition they were in; the table itself where it has none
     * @param columns in the order of the entry
     * @param bytes of the entry, uncompressed
     * @param sha256 of them, in hexadecimal
     */
    record Part(String entry, String table, String leaf, List<String> columns, long rows, long bytes, String sha256) {}

    record SequenceValue(String name, long value, boolean called) {}

    String schemaVersion() {
        return migrations.get(migrations.size() - 1).version();
    }

    long rows() {
        return parts.stream().mapToLong(Part::rows).sum();
    }
}
