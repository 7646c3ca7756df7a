package io.opsdeck.web.notification;

import io.opsdeck.core.notification.Inbox.Entry;
import io.opsdeck.core.notification.NotificationTexts;
import java.util.Locale;
import java.util.Map;

/**
 * An entry of the inbox in words.
 *
 * @param reason why the member is told
 */
record InboxRow(Entry entry, String icon, String kind, String text, String reason) {

    private static final Map<String, String> ICONS = Map.of(
            "job", "list-check",
            "delivery", "send",
            "sending", "send",
            "endpoint", "webhook",
            "member", "users-group",
            "role", "shield",
            "workspace", "building",
            "token", "key",
            "quarantine", "alert-triangle");

    static InboxRow of(Entry entry, NotificationTexts texts, Locale locale) {
        return new InboxRow(
                entry,
                ICONS.getOrDefault(entry.kind().split("\\.", 2)[0], "bell"),
                texts.kind(entry.kind(), locale),
                texts.sentence(entry, locale),
                texts.reason(entry.reason(), entry.permission(), locale));
    }
}
