package io.opsdeck.core.export;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A table on its way into a file, row by row. {@link #close} completes it; the stream stays open. */
abstract class TableFile implements Closeable {

    /** @param zone in which times are written */
    static TableFile of(ExportFormat format, OutputStream out, List<String> titles, ZoneId zone) throws IOException {
        return switch (format) {
            case CSV -> new CsvFile(out, titles, zone);
            case XLSX -> new XlsxFile(out, titles, zone);
        };
    }

    abstract void row(List<? extends @Nullable Object> cells) throws IOException;
}
