package io.opsdeck.core.mail;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
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

    /**
     * A letter as it is sent.
     *
     * @param stop see {@link Letter#stop}
     */
    record Written(
            String to,
            String language,
            String subject,
            String text,
            String html,
            @Nullable String stop) {

        Written(String to, String language, String subject, String text, String html) {
            this(to, language, subject, text, html, null);
        }
    }

    Written write(Letter letter) {
        String subject = part(letter, "subject");
        return new Written(
                letter.to().text(),
                letter.language().toLanguageTag(),
                oneLine(subject),
                text(letter),
                html(letter, subject),
                letter.stop());
    }

    private String text(Letter letter) {
        var text = new StringBuilder(part(letter, "text")).append("\n\n");
        letter.items()
                .forEach(item -> text.append("- ")
                        .append(item.text())
                        .append("\n  ")
                        .append(item.link())
                        .append("\n\n"));
        text.append(part(letter, "action")).append(":\n").append(letter.link()).append("\n\n");
        text.append(part(letter, "note")).append("\n");
        if (letter.stop() != null) {
            text.append("\n")
                    .append(common("stop", letter))
                    .append(":\n")
                    .append(letter.stop())
                    .append("\n");
        }
        return text.append("\n-- \n")
                .append(common("footer", letter))
                .append("\n")
                .toString();
    }

    private String html(Letter letter, String subject) {
        var html = new StringBuilder("<!doctype html><html lang=\"")
                .append(letter.language().toLanguageTag())
                .append("\"><head><meta charset=\"utf-8\"><title>")
                .append(escaped(subject))
                .append("</title></head><body><p>")
                .append(escaped(part(letter, "text")))
                .append("</p>");
        if (!letter.items().isEmpty()) {
            html.append("<ul>");
            letter.items()
                    .forEach(item -> html.append("<li>")
                            .append(anchor(item.link(), item.text()))
                            .append("</li>"));
            html.append("</ul>");
        }
        html.append("<p>").append(anchor(letter.link(), part(letter, "action"))).append("</p><p>");
        html.append(escaped(part(letter, "note"))).append("</p><hr><p><small>");
        if (letter.stop() != null) {
            html.append(anchor(letter.stop(), common("stop", letter))).append("<br>");
        }
        return html.append(escaped(common("footer", letter)))
                .append("</small></p></body></html>\n")
                .toString();
    }

    private static String anchor(String link, String text) {
        return "<a href=\"" + escaped(link) + "\">" + escaped(text) + "</a>";
    }

    private String common(String name, Letter letter) {
        return texts.getMessage("mail." + name, null, letter.language());
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
