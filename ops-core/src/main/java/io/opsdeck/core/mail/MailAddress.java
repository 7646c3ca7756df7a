package io.opsdeck.core.mail;

import io.opsdeck.core.error.CoreError;
import java.util.Locale;

/** A mail address in the form in which it is compared: trimmed, lower case. */
public record MailAddress(String text) {

    private static final int MOST = 254;

    /** Reads what somebody typed; the error points at {@code /mail}. */
    public static MailAddress of(String typed) {
        String text = typed.strip().toLowerCase(Locale.ROOT);
        if (text.isEmpty()) {
            throw CoreError.REQUIRED.at("/mail");
        }
        int at = text.lastIndexOf('@');
        boolean plausible = at > 0
                && at < text.length() - 1
                && text.length() <= MOST
                && text.chars().noneMatch(c -> c <= ' ' || c == 127)
                && text.indexOf('@') == at;
        if (!plausible) {
            throw CoreError.INVALID_MAIL.at("/mail");
        }
        return new MailAddress(text);
    }
}
