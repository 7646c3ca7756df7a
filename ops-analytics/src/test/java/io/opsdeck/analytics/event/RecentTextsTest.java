package io.opsdeck.analytics.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RecentTextsTest {

    private static final String SIGNS = "ab\u0000é用\uD83D\uDE00";

    @Test
    void givesWhatWasRead() {
        var random = new Random(5);
        var texts = new RecentTexts(8);
        for (int round = 0; round < 20_000; round++) {
            String text = SIGNS.codePoints()
                    .filter(sign -> random.nextInt(3) > 0)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString()
                    .repeat(random.nextInt(8));
            char[] chars = ("x" + text + "y").toCharArray();
            assertThat(texts.of(chars, 1, text.length())).isEqualTo(text);
            byte[] bytes = ("x" + text + "y").getBytes(StandardCharsets.UTF_8);
            assertThat(texts.of(bytes, 1, bytes.length - 2)).isEqualTo(text);
        }
    }

    @Test
    void isTheSameObjectForWhatCameBefore() {
        var texts = new RecentTexts(64);
        List<String> read = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            read.add(texts.of("product_view".getBytes(StandardCharsets.UTF_8), 0, 12));
            read.add(texts.of("product_view".toCharArray(), 0, 12));
        }
        assertThat(read).allMatch(text -> text == read.get(0));
    }
}
