package io.opsdeck.core.text;

/** Texts of others on their way into a file that is opened in a spreadsheet. */
public final class SpreadsheetText {

    private static final String FORMULA_SIGNS = "=+-@＝＋－＠";

    /** Skipped in front of a sign, though no white space. */
    private static final String SKIPPED = "\u0000\u00A0\u200B\uFEFF";

    private static final String LINE_SIGNS = "\t\r\n\u0000";

    private SpreadsheetText() {}

    /** The text, with an apostrophe in front where a spreadsheet would run it as a formula. A negative number is none. */
    public static String inert(String text) {
        if (text.isEmpty()) {
            return text;
        }
        int first = 0;
        while (first < text.length() && isSkipped(text.charAt(first))) {
            first++;
        }
        boolean formula = first < text.length()
                && FORMULA_SIGNS.indexOf(text.charAt(first)) >= 0
                && !text.matches("-\\d[\\d.,]*");
        return formula || LINE_SIGNS.indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
    }

    private static boolean isSkipped(char sign) {
        return Character.isWhitespace(sign) || SKIPPED.indexOf(sign) >= 0;
    }
}
