package io.opsdeck.web.ui;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.springframework.context.MessageSource;
import org.springframework.stereotype.Component;

/** The pages of the sidebar, by their names in both languages. */
@Component
class PagePalette implements PaletteSource {

    private final MessageSource messages;

    PagePalette(MessageSource messages) {
        this.messages = messages;
    }

    @Override
    public String key() {
        return "pages";
    }

    @Override
    public int order() {
        return 0;
    }

    @Override
    public List<PaletteEntry> find(PaletteQuery query) {
        return Arrays.stream(Pages.values())
                .filter(page -> query.access().may(page.permission()))
                .map(page -> {
                    String text = "nav." + page.key();
                    int fit = query.fit(
                            messages.getMessage(text, null, Locale.ENGLISH),
                            messages.getMessage(text, null, Locale.SIMPLIFIED_CHINESE));
                    return PaletteEntry.page(
                            fit, page.icon(), messages.getMessage(text, null, query.locale()), null, page.href());
                })
                .toList();
    }
}
