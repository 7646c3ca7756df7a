package io.opsdeck.web.ui;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.springframework.context.MessageSource;
import org.springframework.stereotype.Component;

/** What can be made. */
@Component
class CreatePalette implements PaletteSource {

    private final MessageSource messages;

    CreatePalette(MessageSource messages) {
        this.messages = messages;
    }

    @Override
    public String key() {
        return "create";
    }

    @Override
    public int order() {
        return 20;
    }

    @Override
    public List<PaletteEntry> find(PaletteQuery query) {
        return Arrays.stream(Creatable.values())
                .filter(each -> query.access().may(each.permission()))
                .map(each -> PaletteEntry.page(
                        query.fit(text(each, Locale.ENGLISH), text(each, Locale.SIMPLIFIED_CHINESE)),
                        each.icon(),
                        text(each, query.locale()),
                        null,
                        each.href()))
                .toList();
    }

    private String text(Creatable what, Locale locale) {
        return messages.getMessage("palette.create." + what.key(), null, locale);
    }
}
