package io.opsdeck.web.ui;

import org.jspecify.annotations.Nullable;

/**
 * One answer of the palette.
 *
 * @param fit from {@link PaletteQuery#fit}
 * @param icon a name of frontend/icons.txt
 * @param detail what tells it from others of the same name, or null
 * @param href the page it leads to; of an action, what is done
 */
public record PaletteEntry(
        int fit, String icon, String text, @Nullable String detail, String href, Kind kind) {

    /** What choosing an entry does. */
    public enum Kind {
        /** Goes to the page {@code href}. */
        PAGE,
        /** Sends {@code href} as a form without fields but those in its query. */
        FORM,
        /** Chooses the theme {@code href}. */
        THEME,
        /** Opens the dialog {@code href} of the frame. */
        DIALOG
    }

    public static PaletteEntry page(int fit, String icon, String text, @Nullable String detail, String href) {
        return new PaletteEntry(fit, icon, text, detail, href, Kind.PAGE);
    }
}
