package io.opsdeck.core.notification;

import io.opsdeck.core.text.TextHygiene;
import java.util.List;

/**
 * What happened.
 *
 * @param kind the key of a {@link NotificationKind}
 * @param object what it is about; the same object of a kind is one entry of an inbox, however often it happens
 * @param arguments of the kind's text: names as {@link #name} makes them, or texts of the product by {@link #text}
 * @param link where to see it, without the address of the installation
 * @param inboxOnly whether it stays in the product, whatever members chose
 */
public record Notice(String kind, String object, List<String> arguments, String link, boolean inboxOnly) {

    private static final char KEY = '#';
    private static final int LONGEST_NAME = 200;

    public Notice {
        arguments = List.copyOf(arguments);
    }

    public Notice(String kind, String object, List<String> arguments, String link) {
        this(kind, object, arguments, link, false);
    }

    /** An argument that is shown as it is. */
    public static String name(String text) {
        String clean = TextHygiene.clean(text.length() > LONGEST_NAME ? text.substring(0, LONGEST_NAME) : text);
        return clean.indexOf(KEY) == 0 ? KEY + clean : clean;
    }

    /** An argument that is read in the language of the reader. */
    public static String text(String key) {
        return KEY + key;
    }
}
