package io.opsdeck.core.notification;

import io.opsdeck.core.notification.Inbox.Entry;
import io.opsdeck.core.security.Permission;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.context.MessageSource;
import org.springframework.stereotype.Component;

/** What notifications say, in the language of the reader. */
@Component
public class NotificationTexts {

    private final MessageSource messages;

    NotificationTexts(MessageSource messages) {
        this.messages = messages;
    }

    /** The kind in two or three words. */
    public String kind(String key, Locale language) {
        return text("notification.kind." + key, key, language);
    }

    /** What happened, as a sentence. */
    public String sentence(Entry entry, Locale language) {
        return sentence(entry.kind(), entry.arguments(), language);
    }

    public String sentence(Notice notice, Locale language) {
        return sentence(notice.kind(), notice.arguments(), language);
    }

    /** Why the member is told, beginning with "because". */
    public String reason(Reason reason, @Nullable Permission permission, Locale language) {
        String allowed = permission == null
                ? ""
                : text("permission." + permission.key().replace(':', '.'), permission.key(), language);
        return text("notification.reason." + reason.key(), "", language, allowed);
    }

    /** Any text of the product. */
    String text(String key, Locale language) {
        return text(key, key, language);
    }

    private String sentence(String kind, List<String> arguments, Locale language) {
        Object[] read =
                arguments.stream().map(argument -> read(argument, language)).toArray();
        return text("notification.text." + kind, String.join(" ", arguments), language, read);
    }

    private String read(String argument, Locale language) {
        if (!argument.startsWith("#")) {
            return argument;
        }
        String rest = argument.substring(1);
        return rest.startsWith("#") ? rest : text(rest, rest, language);
    }

    /** Another version may have written a kind that this one does not know. */
    private String text(String key, String otherwise, Locale language, Object... arguments) {
        String found = messages.getMessage(key, arguments, null, language);
        return found == null ? otherwise : found;
    }
}
