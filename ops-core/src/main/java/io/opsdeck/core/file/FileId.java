package io.opsdeck.core.file;

import java.util.UUID;

/** Names a stored file. */
public record FileId(UUID id) {

    @Override
    public String toString() {
        return id.toString();
    }
}
