package io.opsdeck.core.mail;

import java.util.Locale;
import org.springframework.context.support.ResourceBundleMessageSource;
import org.springframework.stereotype.Component;

/** Writes a letter out, as plain text and as simple HTML, in the language of who gets it. */
@Component
class MailTexts {

    private final ResourceBundleMessageSource texts = new ResourceBundleMessageSource();

    MailTexts() {
        texts.setBasename("messages/mail");
        texts.setDefaultEncoding("UTF-8");
        texts.setFallbackToSystemLocale(false);
        texts.setDefaultLocale(Locale.ENGLISH);
    }

    /** A letter as it is sent. */
    record Written(String to, String language, String subject, String text, String html) {}

    Written write(Letter letter) {
        String subject = part(letter, "subject");
        String text = part(letter, "text");
        String action = part(letter, "action");
        String note = part(letter, "note");
        String footer = texts.getMessage("mail.footer", null, letter.language());
        String language = letter.language().toLanguageTag();
        return new Written(
                letter.to().text(),
                language,
                oneLine(subject),
                text + "\n\n" + action + ":\n" + letter.link() + "\n\n" + note + "\n\n-- \n" + footer + "\n",
                "<!doctype html><html lang=\"" + language + "\"><head><meta charset=\"utf-8\"><title>"
                        + escaped(subject)
                        + "</title></head><body><p>" + escaped(text) + "</p><p><a href=\"" + escaped(letter.link())
                        + "\">" + escaped(action) + "</a></p><p>" + escaped(note) + "</p><hr><p><small>"
                        + escaped(footer) + "</small></p></body></html>\n");
    }

    private String part(Letter letter, String name) {
        Object[] arguments = letter.arguments().toArray();
        return texts.getMessage("mail." + letter.kind().key() + "." + name, arguments, letter.language());
    }

    /** Names that members typed must not end the line of a header. */
    private static String oneLine(String text) {
        return text.replaceAll("\\p{Cntrl}+", " ").strip();
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
