package io.opsdeck.web.ui;

import io.opsdeck.core.member.Access;
import java.util.Locale;

/**
 * What somebody typed into the palette.
 *
 * @param text stripped and in lower case; empty when the palette has just been opened
 * @param typed the same with its capitals, for what is found letter by letter
 */
public record PaletteQuery(String text, String typed, Access access, Locale locale) {

    /** Lengths are cut here, so that nobody makes the server compare novels. */
    private static final int LONGEST = 100;

    /** What somebody typed, as it is compared. */
    public static PaletteQuery of(String typed, Access access, Locale locale) {
        String text = typed.strip();
        String cut = text.substring(0, Math.min(text.length(), LONGEST));
        return new PaletteQuery(cut.toLowerCase(Locale.ROOT), cut, access, locale);
    }

    /** How well names of one thing fit, in any language or in pinyin: 0 not at all, else the more the better. */
    public int fit(String... names) {
        int best = 0;
        for (String name : names) {
            best = Math.max(best, fitOne(name.toLowerCase(Locale.ROOT)));
        }
        return best;
    }

    private int fitOne(String name) {
        if (text.isEmpty() || name.equals(text)) {
            return 6;
        }
        if (name.startsWith(text)) {
            return 5;
        }
        if (name.contains(" " + text)) {
            return 4;
        }
        if (name.contains(text)) {
            return 3;
        }
        if (name.codePoints().noneMatch(Character::isIdeographic)) {
            return 0;
        }
        String typed = text.replace(" ", "");
        if (Pinyin.initials(name).startsWith(typed)) {
            return 2;
        }
        return Pinyin.initials(name).contains(typed) || Pinyin.full(name).startsWith(typed) ? 1 : 0;
    }
}
