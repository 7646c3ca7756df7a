package io.opsdeck.analytics.event;

import java.io.InputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One call of the tracking interface as it came in.
 *
 * @param body read once, never further than the limit of the kind
 * @param gzip whether the body is compressed; the limit counts inflated bytes
 * @param authorization the header's value
 */
public record TrackingCall(
        Kind kind, InputStream body, boolean gzip, @Nullable String authorization) {

    /** What the path says; a batch and an import carry the type in each event. */
    public enum Kind {
        IDENTIFY("i", 64 << 10),
        TRACK("t", 64 << 10),
        PAGE("p", 64 << 10),
        SCREEN("s", 64 << 10),
        GROUP("g", 64 << 10),
        ALIAS("a", 64 << 10),
        BATCH("b", 500 << 10),
        IMPORT("import", 5 << 20);

        private final String shortForm;
        private final int mostBytes;

        Kind(String shortForm, int mostBytes) {
            this.shortForm = shortForm;
            this.mostBytes = mostBytes;
        }

        /** The kind of the last segment of a path below {@code /v1}, long or short ({@code track}, {@code t}). */
        public static Optional<Kind> ofPath(String segment) {
            if (segment.equals("m")) {
                return Optional.of(BATCH);
            }
            for (Kind kind : values()) {
                if (kind.shortForm.equals(segment) || kind.path().equals(segment)) {
                    return Optional.of(kind);
                }
            }
            return Optional.empty();
        }

        /** The type of event as it is stored and as clients write it. */
        public String path() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }

        int mostBytes() {
            return mostBytes;
        }

        boolean many() {
            return this == BATCH || this == IMPORT;
        }
    }
}
