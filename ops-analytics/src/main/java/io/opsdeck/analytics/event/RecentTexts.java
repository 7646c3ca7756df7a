package io.opsdeck.analytics.event;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Makes texts of what was read, and gives the same object for a short one that came not long ago: it knows its hash
 * already, and is no garbage. Belongs to one thread.
 */
public final class RecentTexts {

    private static final int LONGEST = 32;

    private final String[] texts;

    /** @param size how many places there are, a power of two */
    public RecentTexts(int size) {
        texts = new String[size];
        Arrays.fill(texts, "");
    }

    public String of(char[] from, int begin, int length) {
        int hash = length;
        for (int i = begin; i < begin + length && length <= LONGEST; i++) {
            hash = 31 * hash + from[i];
        }
        int place = place(hash);
        String known = texts[place];
        boolean same = known.length() == length;
        for (int i = 0; same && i < length; i++) {
            same = known.charAt(i) == from[begin + i];
        }
        return same ? known : keep(place, new String(from, begin, length));
    }

    /** The same from UTF-8. */
    public String of(byte[] from, int begin, int length) {
        int hash = length;
        for (int i = begin; i < begin + length && length <= LONGEST; i++) {
            hash = 31 * hash + from[i];
        }
        int place = place(hash);
        String known = texts[place];
        boolean same = known.length() == length;
        for (int i = 0; same && i < length; i++) {
            same = from[begin + i] >= 0 && known.charAt(i) == from[begin + i];
        }
        return same ? known : keep(place, new String(from, begin, length, StandardCharsets.UTF_8));
    }

    private int place(int hash) {
        return (hash ^ hash >>> 15) & (texts.length - 1);
    }

    private String keep(int place, String text) {
        if (text.length() <= LONGEST) {
            texts[place] = text;
        }
        return text;
    }
}
