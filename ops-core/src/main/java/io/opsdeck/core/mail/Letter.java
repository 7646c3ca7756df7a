package io.opsdeck.core.mail;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What is to be mailed.
 *
 * @param language in which the texts are written
 * @param arguments of the kind's texts
 * @param link where its one button leads
 * @param items a list below the text
 * @param stop where whoever gets it ends such mails without signing in, or null
 */
public record Letter(
        MailKind kind,
        MailAddress to,
        Locale language,
        List<String> arguments,
        String link,
        List<Item> items,
        @Nullable String stop) {

    public Letter(MailKind kind, MailAddress to, Locale language, List<String> arguments, String link) {
        this(kind, to, language, arguments, link, List.of(), null);
    }

    /** A line that leads somewhere. */
    public record Item(String text, String link) {}
}
