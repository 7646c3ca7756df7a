package io.opsdeck.user.profile;

import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How name, e-mail address and phone number stand in lists and look-ups, whatever way they were written. */
final class Contact {

    private static final int MOST_NAME = 200;
    private static final int MOST_MAIL = 254;
    private static final int MOST_DIGITS = 32;
    private static final Pattern SPACE = Pattern.compile("\\s+");
    private static final Pattern NO_DIGITS = Pattern.compile("[^0-9]+");

    private Contact() {}

    /** The {@code name} trait, else first and last name. */
    static @Nullable String name(Traits traits) {
        String name = traits.text("name");
        if (name == null) {
            String first = traits.text("firstName");
            String last = traits.text("lastName");
            name = first == null ? last : last == null ? first : first + " " + last;
        }
        if (name == null) {
            return null;
        }
        String line = SPACE.matcher(name).replaceAll(" ");
        int end = line.offsetByCodePoints(0, Math.min(MOST_NAME, line.codePointCount(0, line.length())));
        return line.substring(0, end);
    }

    /** In lower case; null where {@code text} cannot be an address. */
    static @Nullable String mail(@Nullable String text) {
        if (text == null) {
            return null;
        }
        String mail = text.strip().toLowerCase(Locale.ROOT);
        boolean usable = mail.indexOf('@') > 0
                && mail.length() <= MOST_MAIL
                && !SPACE.matcher(mail).find();
        return usable ? mail : null;
    }

    /** Digits only, with a plus in front if there was one; null where {@code text} has fewer than five or too many. */
    static @Nullable String phone(@Nullable String text) {
        if (text == null) {
            return null;
        }
        String digits = NO_DIGITS.matcher(text).replaceAll("");
        if (digits.length() < 5 || digits.length() > MOST_DIGITS) {
            return null;
        }
        return text.strip().startsWith("+") ? "+" + digits : digits;
    }
}
