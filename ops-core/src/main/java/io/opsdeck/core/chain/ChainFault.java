package io.opsdeck.core.chain;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The first place at which a chain is not what it was.
 *
 * @param position in the chain; null for an entry that is in no chain
 * @param entry the id of the entry there, where one is known
 */
public record ChainFault(
        Kind kind, @Nullable Long position, @Nullable UUID entry) {

    /** What was done to it; {@code audit.fault.<kind>} says so. */
    public enum Kind {
        /** A field of the entry or its link. */
        CHANGED,
        /** An entry, its link or both are gone. */
        MISSING,
        /** An entry was put between others, or beside the chain. */
        INSERTED,
        /** Another entry of the chain stands here. */
        REORDERED,
        /** Entries at the end are gone. */
        TRUNCATED,
        /** The last link is not the one that the head names. */
        HEAD,
        /** The chain is whole, but not the one whose head was noted elsewhere. */
        REWRITTEN
    }
}
