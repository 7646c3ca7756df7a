package io.opsdeck.core.export;

import io.opsdeck.core.page.ListQuery;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A wish for a file.
 *
 * @param list key of an {@link ExportSource}
 * @param columns keys, in the order of the file; empty for all
 * @param titles the language of the head, or null for the keys of the columns
 */
public record StartExport(
        String list,
        ListQuery query,
        ExportFormat format,
        List<String> columns,
        @Nullable Locale titles) {

    public StartExport {
        columns = List.copyOf(columns);
    }
}
