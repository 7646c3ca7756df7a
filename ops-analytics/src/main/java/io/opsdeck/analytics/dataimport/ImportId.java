package io.opsdeck.analytics.dataimport;

import java.util.UUID;

/** Names an import. */
public record ImportId(UUID id) {

    /** Reads an id; anything else is an import that does not exist. */
    public static ImportId of(String id) {
        try {
            return new ImportId(UUID.fromString(id));
        } catch (IllegalArgumentException e) {
            throw ImportError.IMPORT_NOT_FOUND.exception();
        }
    }

    @Override
    public String toString() {
        return id.toString();
    }
}
