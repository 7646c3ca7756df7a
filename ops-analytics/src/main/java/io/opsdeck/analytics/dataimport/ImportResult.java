package io.opsdeck.analytics.dataimport;

/**
 * What became of the file so far; of a dry run, what would become of it.
 *
 * @param created events that are new, or persons that were not known
 * @param updated profiles of known persons
 * @param skipped events or profiles that had been imported before
 * @param failed rows that could not be taken
 */
public record ImportResult(long created, long updated, long skipped, long failed) {

    static final ImportResult NONE = new ImportResult(0, 0, 0, 0);

    ImportResult plus(ImportResult other) {
        return new ImportResult(
                created + other.created, updated + other.updated, skipped + other.skipped, failed + other.failed);
    }
}
