package io.opsdeck.core.chat;

import java.nio.charset.StandardCharsets;

/** Text that must fit into so many bytes of UTF-8. */
final class ByteText {

    private static final String ELLIPSIS = "…";

    private ByteText() {}

    static int length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** Cuts between characters, with an ellipsis where something is missing. */
    static String cut(String text, int bytes) {
        if (length(text) <= bytes) {
            return text;
        }
        int room = bytes - length(ELLIPSIS);
        var kept = new StringBuilder();
        int used = 0;
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            String character = Character.toString(text.codePointAt(i));
            used += length(character);
            if (used > room) {
                break;
            }
            kept.append(character);
        }
        return kept.append(ELLIPSIS).toString();
    }
}
