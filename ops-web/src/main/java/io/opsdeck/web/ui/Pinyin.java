package io.opsdeck.web.ui;

import com.ibm.icu.text.Transliterator;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/** How people type Chinese names on a Latin keyboard: {@code 用户分群} is {@code yhfq} or {@code yonghufenqun}. */
final class Pinyin {

    private static final Transliterator LATIN = Transliterator.getInstance("Han-Latin");
    private static final Pattern MARKS = Pattern.compile("\\p{M}");

    /** Syllables without tones, by character; there are not more than a language has characters. */
    private static final Map<Integer, String> SYLLABLES = new ConcurrentHashMap<>();

    private Pinyin() {}

    /** First letters of Chinese characters; everything else but spaces stays, in lower case. */
    static String initials(String text) {
        return written(text, 1);
    }

    static String full(String text) {
        return written(text, Integer.MAX_VALUE);
    }

    private static String written(String text, int most) {
        var written = new StringBuilder();
        text.codePoints().forEach(character -> {
            if (Character.isIdeographic(character)) {
                String syllable = SYLLABLES.computeIfAbsent(character, Pinyin::syllable);
                written.append(syllable, 0, Math.min(most, syllable.length()));
            } else if (!Character.isWhitespace(character)) {
                written.appendCodePoint(character);
            }
        });
        return written.toString().toLowerCase(Locale.ROOT);
    }

    private static String syllable(int character) {
        String latin = LATIN.transliterate(Character.toString(character));
        return MARKS.matcher(Normalizer.normalize(latin, Normalizer.Form.NFD)).replaceAll("");
    }
}
