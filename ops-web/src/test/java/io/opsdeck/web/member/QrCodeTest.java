package io.opsdeck.web.member;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.zxing.common.BitMatrix;
import com.google.zxing.qrcode.decoder.Decoder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class QrCodeTest {

    private static final String TEXT =
            "otpauth://totp/Opsdeck:lin.yue%40example.com?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Opsdeck"
                    + "&algorithm=SHA1&digits=6&period=30";
    private static final int QUIET = 4;
    private static final Pattern RUN = Pattern.compile("M(\\d+) (\\d+)h(\\d+)v1h-(\\d+)z");

    @Test
    void aReaderFindsTheTextInThePath() throws Exception {
        QrCode code = QrCode.of(TEXT);

        assertThat(new Decoder().decode(drawn(code)).getText()).isEqualTo(TEXT);
    }

    /** What a screen shows, without the quiet zone, in which nothing may be. */
    private static BitMatrix drawn(QrCode code) {
        int side = code.size() - 2 * QUIET;
        var bits = new BitMatrix(side);
        Matcher run = RUN.matcher(code.path());
        int end = 0;
        while (run.find()) {
            assertThat(run.start()).isEqualTo(end);
            end = run.end();
            int x = Integer.parseInt(run.group(1)) - QUIET;
            int y = Integer.parseInt(run.group(2)) - QUIET;
            assertThat(run.group(3)).isEqualTo(run.group(4));
            bits.setRegion(x, y, Integer.parseInt(run.group(3)), 1);
        }
        assertThat(end).isEqualTo(code.path().length());
        return bits;
    }
}
