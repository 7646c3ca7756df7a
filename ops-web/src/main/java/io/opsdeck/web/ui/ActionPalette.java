package io.opsdeck.web.ui;

import java.util.List;
import java.util.Locale;
import org.springframework.context.MessageSource;
import org.springframework.stereotype.Component;

/** What can be done from every page: language, theme, shortcuts, devices, sign-out. */
@Component
class ActionPalette implements PaletteSource {

    private final MessageSource messages;

    ActionPalette(MessageSource messages) {
        this.messages = messages;
    }

    @Override
    public String key() {
        return "actions";
    }

    @Override
    public int order() {
        return 30;
    }

    @Override
    public List<PaletteEntry> find(PaletteQuery query) {
        boolean chinese = query.locale().getLanguage().equals("zh");
        return List.of(
                entry(
                        query,
                        "language",
                        chinese ? "english" : "chinese",
                        "/preferences/language?lang=" + (chinese ? "en" : "zh-CN"),
                        PaletteEntry.Kind.FORM),
                entry(query, "moon", "dark", "dark", PaletteEntry.Kind.THEME),
                entry(query, "sun", "light", "light", PaletteEntry.Kind.THEME),
                entry(query, "device-desktop", "auto", "auto", PaletteEntry.Kind.THEME),
                entry(query, "keyboard", "keys", "keys", PaletteEntry.Kind.DIALOG),
                entry(query, "password", "account", "/account", PaletteEntry.Kind.PAGE),
                entry(query, "shield-lock", "two-step", "/account/two-step", PaletteEntry.Kind.PAGE),
                entry(query, "device-mobile", "devices", "/account/sessions", PaletteEntry.Kind.PAGE),
                entry(query, "logout", "sign-out", "/sign-out", PaletteEntry.Kind.FORM));
    }

    private PaletteEntry entry(PaletteQuery query, String icon, String key, String href, PaletteEntry.Kind kind) {
        String text = "palette.action." + key;
        int fit = query.fit(
                messages.getMessage(text, null, Locale.ENGLISH),
                messages.getMessage(text, null, Locale.SIMPLIFIED_CHINESE));
        return new PaletteEntry(fit, icon, messages.getMessage(text, null, query.locale()), null, href, kind);
    }
}
