package io.opsdeck.core.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextHygieneTest {

    @Test
    void storableTextComesBackAsTheSameObject() {
        String text = "e\u0301 \uD83D\uDC68\u200D\uD83D\uDC69 \u202Eabc 林悦";

        assertThat(TextHygiene.clean(text)).isSameAs(text);
    }

    @Test
    void nulAndLoneSurrogatesBecomeTheReplacementCharacter() {
        assertThat(TextHygiene.clean("a\u0000b")).isEqualTo("a\uFFFDb");
        assertThat(TextHygiene.clean("\uD800x")).isEqualTo("\uFFFDx");
        assertThat(TextHygiene.clean("x\uDC00")).isEqualTo("x\uFFFD");
        assertThat(TextHygiene.clean("\uD800\uD83D\uDC68")).isEqualTo("\uFFFD\uD83D\uDC68");
    }
}
