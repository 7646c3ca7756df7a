package io.opsdeck.web.source;

import io.opsdeck.analytics.event.EventSources;
import io.opsdeck.core.security.Permission;
import io.opsdeck.web.ui.PaletteEntry;
import io.opsdeck.web.ui.PaletteQuery;
import io.opsdeck.web.ui.PaletteSource;
import java.util.List;
import java.util.Locale;
import org.springframework.context.MessageSource;
import org.springframework.stereotype.Component;

/** Sources by name. */
@Component
class SourcePalette implements PaletteSource {

    private final EventSources sources;
    private final MessageSource messages;

    SourcePalette(EventSources sources, MessageSource messages) {
        this.sources = sources;
        this.messages = messages;
    }

    @Override
    public String key() {
        return "sources";
    }

    @Override
    public int order() {
        return 11;
    }

    @Override
    public List<PaletteEntry> find(PaletteQuery query) {
        if (query.text().isEmpty() || !query.access().may(Permission.SOURCE_READ)) {
            return List.of();
        }
        return sources.list().stream()
                .map(source -> PaletteEntry.page(
                        query.fit(source.name()),
                        "plug",
                        source.name(),
                        messages.getMessage(
                                "source.kind." + source.kind().name().toLowerCase(Locale.ROOT), null, query.locale()),
                        "/sources/" + source.id()))
                .toList();
    }
}
