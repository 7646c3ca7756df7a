package io.opsdeck.analytics.dataimport;

import java.util.UUID;

/** Names a link that files are imported from. */
public record ImportLinkId(UUID id) {

    /** Reads an id; anything else is a link that does not exist. */
    public static ImportLinkId of(String id) {
        try {
            return new ImportLinkId(UUID.fromString(id));
        } catch (IllegalArgumentException e) {
            throw ImportError.IMPORT_LINK_NOT_FOUND.exception(e);
        }
    }

    @Override
    public String toString() {
        return id.toString();
    }
}
