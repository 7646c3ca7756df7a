package io.opsdeck.core.chat;

/** The little Markdown that DingTalk and WeCom both read. Neither has a way to escape, so its signs are replaced. */
final class Markdown {

    private static final String SIGNS = "[]<>`*#";
    private static final String LIKE_THEM = "［］＜＞＇＊＃";

    private Markdown() {}

    /** @param bullet before each line */
    static String of(ChatMessage message, String bullet) {
        var text = new StringBuilder(plain(message.title())).append("\n");
        message.lines()
                .forEach(line -> text.append(bullet)
                        .append(link(line.text(), line.link()))
                        .append("\n"));
        if (message.more() > 0) {
            text.append("\n").append(link(message.restText(), message.link()));
        }
        return text.toString();
    }

    private static String link(String text, String href) {
        return "[" + plain(text) + "](" + href.replace(")", "%29") + ")";
    }

    static String plain(String text) {
        var plain = new StringBuilder();
        for (char c : text.toCharArray()) {
            int sign = SIGNS.indexOf(c);
            plain.append(sign >= 0 ? LIKE_THEM.charAt(sign) : c < ' ' ? ' ' : c);
        }
        return plain.toString();
    }
}
