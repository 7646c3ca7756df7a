package io.opsdeck.core.member;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TotpKeyTest {

    private static final TotpKey RFC = key("12345678901234567890");

    /** RFC 6238, appendix B, the last six of the eight digits there. */
    @ParameterizedTest
    @CsvSource({
        "59, 287082",
        "1111111109, 081804",
        "1111111111, 050471",
        "1234567890, 005924",
        "2000000000, 279037",
        "20000000000, 353130"
    })
    void codesAreThoseOfTheRfc(long seconds, String code) {
        Instant time = Instant.ofEpochSecond(seconds);

        assertThat(RFC.codeOf(TotpKey.stepAt(time))).isEqualTo(code);
        assertThat(RFC.stepOf(code, time)).hasValue(TotpKey.stepAt(time));
    }

    @ParameterizedTest
    @CsvSource({"-2, false", "-1, true", "0, true", "1, true", "2, false"})
    void aClockMayBeWrongByOneStep(int steps, boolean accepted) {
        Instant time = Instant.ofEpochSecond(1_234_567_890);
        String code = RFC.codeOf(TotpKey.stepAt(time) + steps);

        assertThat(RFC.stepOf(code, time).isPresent()).isEqualTo(accepted);
    }

    @ParameterizedTest
    @CsvSource({"''", "5924", "0005924", "005924x", "ABCDEF"})
    void whatIsNoCodeBelongsToNoStep(String code) {
        assertThat(RFC.stepOf(code, Instant.ofEpochSecond(1_234_567_890))).isEmpty();
    }

    /** RFC 4648, section 10. */
    @ParameterizedTest
    @CsvSource({"f, MY", "fo, MZXQ", "foo, MZXW6", "foob, MZXW6YQ", "fooba, MZXW6YTB", "foobar, MZXW6YTBOI"})
    void peopleTypeBase32(String bytes, String text) {
        assertThat(key(bytes).base32()).isEqualTo(text);
    }

    @Test
    void anAppReadsEverythingFromTheLink() {
        assertThat(RFC.uri("lin yue+ops@example.com"))
                .isEqualTo("otpauth://totp/Opsdeck:lin%20yue%2Bops%40example.com"
                        + "?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Opsdeck&algorithm=SHA1&digits=6&period=30");
    }

    @Test
    void aKeyIsReadBackAsItWasWritten() {
        TotpKey key = TotpKey.fresh();

        assertThat(TotpKey.of(key.hex()).base32()).isEqualTo(key.base32()).hasSize(32);
        assertThat(TotpKey.fresh().hex()).isNotEqualTo(key.hex());
    }

    private static TotpKey key(String ascii) {
        return TotpKey.of(HexFormat.of().formatHex(ascii.getBytes(StandardCharsets.US_ASCII)));
    }
}
