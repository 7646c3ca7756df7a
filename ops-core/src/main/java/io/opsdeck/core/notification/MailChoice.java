package io.opsdeck.core.notification;

import io.opsdeck.core.error.CoreError;
import java.util.Locale;

/** When a member wants a kind of notification by mail. */
public enum MailChoice {
    AT_ONCE,
    /** In the one mail of the day. */
    DAILY,
    NEVER;

    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Reads a key; an unknown one is an invalid value. */
    public static MailChoice of(String key) {
        for (MailChoice choice : values()) {
            if (choice.key().equals(key)) {
                return choice;
            }
        }
        throw CoreError.INVALID_VALUE.at("/mail", key);
    }
}
