package io.opsdeck.web.dictionary;

import io.opsdeck.analytics.event.EventDictionary;
import io.opsdeck.core.security.Permission;
import io.opsdeck.web.ui.PaletteEntry;
import io.opsdeck.web.ui.PaletteQuery;
import io.opsdeck.web.ui.PaletteSource;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.springframework.stereotype.Component;

/** Events of the dictionary by name. */
@Component
class EventPalette implements PaletteSource {

    private final EventDictionary dictionary;

    EventPalette(EventDictionary dictionary) {
        this.dictionary = dictionary;
    }

    @Override
    public String key() {
        return "events";
    }

    @Override
    public int order() {
        return 10;
    }

    @Override
    public List<PaletteEntry> find(PaletteQuery query) {
        if (query.text().isEmpty() || !query.access().may(Permission.EVENT_READ)) {
            return List.of();
        }
        return dictionary.names().stream()
                .filter(name -> query.fit(name) > 0)
                .map(name -> PaletteEntry.page(
                        query.fit(name),
                        "activity",
                        name,
                        null,
                        "/dictionary/event?name=" + URLEncoder.encode(name, StandardCharsets.UTF_8)))
                .toList();
    }
}
