package io.opsdeck.analytics.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opsdeck.core.error.OpsdeckException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class CallBodiesTest {

    private static final int MEBIBYTE = 1 << 20;

    CallBodies bodies = new CallBodies(60L * MEBIBYTE);

    @Test
    void readsWhatIsThere() throws IOException {
        byte[] plain = new byte[100_001];
        plain[100_000] = 7;
        assertThat(bodies.begin().read(call(new ByteArrayInputStream(plain), false)))
                .isEqualTo(plain);
        assertThat(bodies.begin().read(call(new ByteArrayInputStream(zip(plain)), true)))
                .isEqualTo(plain);
        assertThat(bodies.begin().read(call(InputStream.nullInputStream(), false)))
                .isEmpty();
    }

    @Test
    void stopsAtTheLimitAlsoWhenInflating() throws IOException {
        var endless = new InputStream() {
            long read;

            @Override
            public int read() {
                read++;
                return ' ';
            }
        };
        assertRefused(EventError.DOCUMENT_TOO_LARGE, call(endless, false));
        assertThat(endless.read).isLessThan(6 * MEBIBYTE);
        assertRefused(
                EventError.DOCUMENT_TOO_LARGE, call(new ByteArrayInputStream(zip(new byte[20 * MEBIBYTE])), true));
        assertRefused(EventError.DOCUMENT_UNREADABLE, call(new ByteArrayInputStream(new byte[] {1, 2, 3}), true));
    }

    @Test
    void refusesWhatDoesNotFitBesideTheOthersAndReadsItToItsEnd() {
        byte[] large = new byte[4 * MEBIBYTE];
        try (CallBodies.Body first = bodies.begin();
                CallBodies.Body second = bodies.begin()) {
            first.read(call(new ByteArrayInputStream(large), false));
            second.read(call(new ByteArrayInputStream(large), false));
            var third = new ByteArrayInputStream(large);
            assertRefused(EventError.INTAKE_BUSY, call(third, false));
            assertThat(third.available()).isZero();
        }
        for (int i = 0; i < 10; i++) {
            try (CallBodies.Body again = bodies.begin()) {
                assertThat(again.read(call(new ByteArrayInputStream(large), false)))
                        .hasSize(large.length);
            }
        }
    }

    private void assertRefused(EventError error, TrackingCall call) {
        try (CallBodies.Body body = bodies.begin()) {
            assertThatThrownBy(() -> body.read(call))
                    .isInstanceOfSatisfying(
                            OpsdeckException.class, e -> assertThat(e.code()).isEqualTo(error));
        }
    }

    private static TrackingCall call(InputStream body, boolean gzip) {
        return new TrackingCall(TrackingCall.Kind.IMPORT, body, gzip, null);
    }

    private static byte[] zip(byte[] plain) throws IOException {
        var packed = new ByteArrayOutputStream();
        try (var zip = new GZIPOutputStream(packed)) {
            zip.write(plain);
        }
        return packed.toByteArray();
    }
}
