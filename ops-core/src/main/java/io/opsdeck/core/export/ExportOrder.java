package io.opsdeck.core.export;

import io.opsdeck.core.page.ListQuery;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What an export job is started with.
 *
 * @param columns keys, not empty
 * @param titles a language tag, or null for keys in the head
 * @param permissions keys of what who asked was allowed then; the job does no more, and no more than he is allowed now
 */
record ExportOrder(
        String list,
        String filter,
        ExportFormat format,
        List<String> columns,
        @Nullable String titles,
        UUID member,
        List<String> permissions) {

    ListQuery query() {
        return ListQuery.of(filter);
    }

    @Nullable
    Locale language() {
        return titles == null ? null : Locale.forLanguageTag(titles);
    }
}
