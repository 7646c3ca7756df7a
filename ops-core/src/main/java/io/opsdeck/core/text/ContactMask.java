package io.opsdeck.core.text;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Shows as much of e-mail addresses and phone numbers as it takes to tell them apart, and too little to reach anybody:
 * {@code l***@example.com}, {@code 138****5678}.
 */
public final class ContactMask {

    /**
     * What looks like an e-mail address, or like a phone number: one with a plus, or a mobile number of China. Other
     * digits may be any number, so they count by the name they stand under. PostgreSQL reads the expression the same way.
     */
    public static final String LOOKS = "[^\\s@<>\"',;:()=&?/]+@[^\\s@<>\"',;:()]+"
            + "|(?<![0-9A-Za-z])\\+[0-9][0-9 ()-]{5,20}[0-9](?![0-9A-Za-z])"
            + "|(?<![0-9])(?:86)?1[3-9][0-9]{9}(?![0-9])";

    private static final Pattern LOOK = Pattern.compile(LOOKS);
    private static final Pattern WORD_END = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])|[^\\p{L}\\p{Nd}]+");
    private static final Set<String> WORDS = Set.of(
            "email", "emails", "mail", "mails", "phone", "phones", "telephone", "tel", "mobile", "cellphone", "msisdn");
    private static final Set<String> FILLERS =
            Set.of("address", "addresses", "number", "numbers", "no", "e164", "lower");
    private static final List<String> CHINESE =
            List.of("手机", "手机号", "手机号码", "电话", "电话号", "电话号码", "邮箱", "邮箱地址", "邮件地址", "电子邮件", "联系方式");

    private ContactMask() {}

    /** Whether something in {@code text} looks like an e-mail address or a phone number. */
    public static boolean isIn(String text) {
        return LOOK.matcher(text).find();
    }

    /** Whether a field of this name holds an e-mail address or a phone number, such as {@code workEmail} or 手机号. */
    public static boolean isNameOfContact(String name) {
        if (CHINESE.stream().anyMatch(name.strip()::endsWith)) {
            return true;
        }
        String[] words = WORD_END.split(name.strip());
        for (int i = words.length - 1; i >= 0; i--) {
            String word = words[i].toLowerCase(Locale.ROOT).replaceAll("(?<=[a-z])[0-9]+$", "");
            if (WORDS.contains(word)) {
                return true;
            }
            if (!FILLERS.contains(word) && !FILLERS.contains(words[i].toLowerCase(Locale.ROOT))) {
                return false;
            }
        }
        return false;
    }

    /** The text with everything in it masked that looks like an e-mail address or a phone number. */
    public static String within(String text) {
        return LOOK.matcher(text)
                .replaceAll((MatchResult found) -> java.util.regex.Matcher.quoteReplacement(whole(found.group())));
    }

    /** A value that is contact data, whatever it looks like. */
    public static String whole(String value) {
        int at = value.indexOf('@');
        if (at > 0) {
            return first(value) + "***" + value.substring(at);
        }
        String digits = value.replaceAll("[^0-9]", "");
        if (digits.length() < 5) {
            return value.isEmpty() ? "" : first(value) + "***";
        }
        int kept = digits.length() < 8 ? 2 : 4;
        return (value.startsWith("+") ? "+" : "") + digits.substring(0, Math.max(0, digits.length() - 8)) + "****"
                + digits.substring(digits.length() - kept);
    }

    private static String first(String value) {
        return value.substring(0, value.offsetByCodePoints(0, 1));
    }
}
