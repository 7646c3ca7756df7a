package io.opsdeck.web.dictionary;

import io.opsdeck.analytics.event.EventDictionary;
import io.opsdeck.core.export.ExportColumn;
import io.opsdeck.core.export.ExportRows;
import io.opsdeck.core.export.ExportSource;
import io.opsdeck.core.member.Access;
import io.opsdeck.core.page.ListQuery;
import io.opsdeck.core.security.Permission;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.springframework.stereotype.Component;

/** The dictionary of events as a file. */
@Component
class DictionaryExport implements ExportSource {

    private final EventDictionary dictionary;

    DictionaryExport(EventDictionary dictionary) {
        this.dictionary = dictionary;
    }

    @Override
    public String key() {
        return "dictionary";
    }

    @Override
    public Permission permission() {
        return Permission.EVENT_READ;
    }

    @Override
    public List<ExportColumn> columns() {
        return List.of(
                new ExportColumn("event", "event.name"),
                new ExportColumn("status", "dictionary.status"),
                new ExportColumn("count", "dictionary.count"),
                new ExportColumn("first_seen_at", "people.first"),
                new ExportColumn("last_seen_at", "dictionary.last"),
                new ExportColumn("description", "dictionary.description"));
    }

    @Override
    public OptionalLong count(ListQuery query, Access access) {
        return OptionalLong.of(
                DictionaryPageController.matching(dictionary, query.get("q")).size());
    }

    @Override
    public void read(ListQuery query, Access access, ExportRows rows) {
        rows.addAll(
                DictionaryPageController.matching(dictionary, query.get("q")),
                event -> Arrays.asList(
                        event.name(),
                        event.status().name().toLowerCase(Locale.ROOT),
                        event.count(),
                        event.firstSeenAt(),
                        event.lastSeenAt(),
                        event.description()));
    }
}
