package io.opsdeck.analytics.event;

import java.math.BigDecimal;

/** The one text by which equal values are told: {@code 42.0}, {@code 4.2e1} and the text "42" are 42. */
public final class CanonicalText {

    private static final int MOST_LENGTH = 400;
    private static final int MOST_DIGITS = 60;

    private CanonicalText() {}

    /** Any text: that of a JSON number as a number, else as it is; {@code 007} is a text. */
    public static String of(String text) {
        return isNumeric(text) && !isPadded(text) ? number(text) : text;
    }

    private static boolean isPadded(String text) {
        int first = text.charAt(0) == '-' ? 1 : 0;
        boolean zeros = text.length() > first + 1 && text.charAt(first) == '0' && digits(text, first + 1) > 0;
        return zeros || text.charAt(0) == '+';
    }

    /** A number without trailing zeros, and without an exponent unless it would be very long. */
    public static String number(String number) {
        var value = new BigDecimal(number).stripTrailingZeros();
        if (value.signum() == 0) {
            return "0";
        }
        boolean plain = value.precision() - value.scale() < MOST_DIGITS && value.scale() < MOST_DIGITS;
        return plain ? value.toPlainString() : value.toString();
    }

    /** The value of numeric text, NaN for any other. */
    public static double numeric(String text) {
        return isNumeric(text) ? Double.parseDouble(text) : Double.NaN;
    }

    /** Whether the text is a JSON number, a leading plus or zeros allowed. */
    public static boolean isNumeric(String text) {
        int length = text.length();
        if (length == 0 || length > MOST_LENGTH) {
            return false;
        }
        int i = text.charAt(0) == '-' || text.charAt(0) == '+' ? 1 : 0;
        int digits = digits(text, i);
        i += digits;
        if (i < length && text.charAt(i) == '.') {
            int fraction = digits(text, i + 1);
            digits += fraction;
            i += 1 + fraction;
        }
        if (digits == 0) {
            return false;
        }
        if (i < length && (text.charAt(i) == 'e' || text.charAt(i) == 'E')) {
            i++;
            if (i < length && (text.charAt(i) == '-' || text.charAt(i) == '+')) {
                i++;
            }
            int exponent = digits(text, i);
            if (exponent == 0 || exponent > 5) {
                return false;
            }
            i += exponent;
        }
        return i == length;
    }

    private static int digits(String text, int from) {
        int i = from;
        while (i < text.length() && text.charAt(i) >= '0' && text.charAt(i) <= '9') {
            i++;
        }
        return i - from;
    }
}
