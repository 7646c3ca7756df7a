package io.opsdeck.core.export;

import io.opsdeck.core.error.CoreError;
import java.util.Locale;

/** The kinds of file. */
public enum ExportFormat {
    CSV("text/csv; charset=UTF-8", 2_000_000),
    /** A sheet has 2^20 rows, one of which is the head. */
    XLSX("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (1 << 20) - 1);

    private final String mediaType;
    private final int mostRows;

    ExportFormat(String mediaType, int mostRows) {
        this.mediaType = mediaType;
        this.mostRows = mostRows;
    }

    /** Also how names of its files end. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    public String mediaType() {
        return mediaType;
    }

    /** Rows behind these are left out, and the export says so. */
    public int mostRows() {
        return mostRows;
    }

    /** Reads a key. */
    public static ExportFormat of(String key) {
        for (ExportFormat format : values()) {
            if (format.key().equals(key)) {
                return format;
            }
        }
        throw CoreError.INVALID_VALUE.at("/format", key);
    }
}
