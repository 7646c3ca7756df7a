package io.opsdeck.analytics.dataimport;

import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a fetch brought.
 *
 * @param importId the import of the file, also where it was there before
 */
public record Fetched(Outcome outcome, @Nullable UUID importId) {

    /** What became of the file. */
    public enum Outcome {
        /** It is being imported as the one before it was. */
        IMPORTED,
        /** It is the file that the last fetch brought. */
        UNCHANGED,
        /** It is the first one: somebody has to say what its columns are. */
        UNMAPPED;

        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
