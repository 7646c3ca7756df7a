package io.opsdeck.core.notification;

import java.util.Locale;

/** Why a member is told; the text is {@code notification.reason.<key>}. */
public enum Reason {
    STARTED,
    INVITED,
    OWNER,
    /** It is about the member himself. */
    CONCERNED,
    /** His role allows to do something about it; the text takes the permission. */
    PERMITTED;

    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
