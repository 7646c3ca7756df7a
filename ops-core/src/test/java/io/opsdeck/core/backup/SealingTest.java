package io.opsdeck.core.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SealingTest {

    private static final String PASSPHRASE = "a long passphrase 口令";
    private static final int HEAD = Sealing.headLength() + 16 + 4 + 7;
    private static final int SEALED_CHUNK = Sealing.CHUNK + Sealing.TAG;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65_535, 65_536, 65_537, 131_072, 300_000})
    void whatWasSealedOpensAgain(int length) throws IOException {
        byte[] bytes = bytes(length);
        byte[] sealed = seal(bytes);
        assertThat(open(sealed, PASSPHRASE)).isEqualTo(bytes);
        assertThat(Sealing.begins(Arrays.copyOf(sealed, Sealing.headLength()))).isTrue();
    }

    @Test
    void anotherPassphraseDoesNotOpen() throws IOException {
        byte[] sealed = seal(bytes(100));
        assertThatThrownBy(() -> open(sealed, "another")).isInstanceOf(IOException.class);
    }

    @Test
    void whatWasChangedDoesNotOpen() throws IOException {
        byte[] sealed = seal(bytes(200_000));
        for (int at : new int[] {HEAD, HEAD + SEALED_CHUNK + 5, sealed.length - 1}) {
            byte[] changed = sealed.clone();
            changed[at] ^= 1;
            assertThatThrownBy(() -> open(changed, PASSPHRASE))
                    .as("byte %d", at)
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void whatWasCutOffAtAChunkDoesNotOpen() throws IOException {
        byte[] sealed = seal(bytes(200_000));
        assertThatThrownBy(() -> open(Arrays.copyOf(sealed, HEAD + 2 * SEALED_CHUNK), PASSPHRASE))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> open(Arrays.copyOf(sealed, HEAD), PASSPHRASE)).isInstanceOf(IOException.class);
    }

    @Test
    void chunksThatChangedPlacesDoNotOpen() throws IOException {
        byte[] sealed = seal(bytes(200_000));
        byte[] swapped = sealed.clone();
        System.arraycopy(sealed, HEAD, swapped, HEAD + SEALED_CHUNK, SEALED_CHUNK);
        System.arraycopy(sealed, HEAD + SEALED_CHUNK, swapped, HEAD, SEALED_CHUNK);
        assertThatThrownBy(() -> open(swapped, PASSPHRASE)).isInstanceOf(IOException.class);
    }

    @Test
    void theSameIsNeverSealedTheSameWay() throws IOException {
        assertThat(seal(bytes(10))).isNotEqualTo(seal(bytes(10)));
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static byte[] seal(byte[] bytes) throws IOException {
        var sealed = new ByteArrayOutputStream();
        try (var out = SealedOutput.begin(sealed, PASSPHRASE, 1_000)) {
            out.write(bytes, 0, bytes.length / 3);
            out.write(bytes, bytes.length / 3, bytes.length - bytes.length / 3);
        }
        return sealed.toByteArray();
    }

    private static byte[] open(byte[] sealed, String passphrase) throws IOException {
        var in = new ByteArrayInputStream(sealed);
        in.readNBytes(Sealing.headLength());
        return SealedInput.resume(in, passphrase).readAllBytes();
    }
}
