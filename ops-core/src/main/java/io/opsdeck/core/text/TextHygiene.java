package io.opsdeck.core.text;

/** Makes any text storable in PostgreSQL: NUL and lone surrogates become U+FFFD, everything else stays as typed. */
public final class TextHygiene {

    private static final char REPLACEMENT = '\uFFFD';

    private TextHygiene() {}

    /** Returns {@code text} itself when nothing had to be replaced, so that callers can compare by identity. */
    public static String clean(String text) {
        int bad = firstBad(text, 0);
        if (bad < 0) {
            return text;
        }
        var cleaned = new StringBuilder(text);
        while (bad >= 0) {
            cleaned.setCharAt(bad, REPLACEMENT);
            bad = firstBad(text, bad + 1);
        }
        return cleaned.toString();
    }

    private static int firstBad(String text, int from) {
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                return i;
            }
            if (!Character.isSurrogate(c)) {
                continue;
            }
            boolean paired = Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1));
            if (!paired) {
                return i;
            }
            i++;
        }
        return -1;
    }
}
