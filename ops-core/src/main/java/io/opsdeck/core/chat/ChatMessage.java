package io.opsdeck.core.chat;

import java.util.List;

/**
 * What a robot says, in no platform's words yet.
 *
 * @param language of its texts, a BCP 47 tag
 * @param more lines that were left out
 * @param rest how the message says so, with {@code {0}} for the number
 * @param link where everything is
 */
record ChatMessage(String language, String title, List<Line> lines, int more, String rest, String link) {

    /** One fact and where to see it. */
    record Line(String text, String link) {}

    /** Without its last line. */
    ChatMessage shorter() {
        return new ChatMessage(language, title, lines.subList(0, lines.size() - 1), more + 1, rest, link);
    }

    /** With its only line cut to so many bytes. */
    ChatMessage cut(int bytes) {
        Line only = lines.get(0);
        return new ChatMessage(
                language, title, List.of(new Line(ByteText.cut(only.text(), bytes), only.link())), more, rest, link);
    }

    /** How many were left out, or empty where none was. */
    String restText() {
        return more == 0 ? "" : rest.replace("{0}", String.valueOf(more));
    }
}
