package io.opsdeck.core.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpreadsheetTextTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "=1+1",
                "+8613812345678",
                "-1+2",
                "-",
                "@SUM(A1)",
                "\t=1",
                "\rx",
                "\nx",
                " =1",
                "\u3000=1",
                "\uFEFF=1",
                "\u00A0+1",
                "＝1+1",
                "＋1",
                "－1",
                "＠x",
                "\u0000=1"
            })
    void whatASpreadsheetWouldRunGetsAnApostrophe(String text) {
        assertThat(SpreadsheetText.inert(text)).isEqualTo("'" + text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "a=b", "-12", "-3.50", "1-2", "林悦", " a", "'=1", "2026-11-23", "é=1"})
    void everythingElseStaysAsItIs(String text) {
        assertThat(SpreadsheetText.inert(text)).isEqualTo(text);
    }
}
