package io.opsdeck.core.backup;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * How an archive is encrypted: AES-256-GCM in chunks with a key from PBKDF2-HMAC-SHA256. The nonce of a chunk is a random
 * prefix, the number of the chunk and whether it is the last, so chunks that were moved, left out or cut off do not open
 * (the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár, 2015).
 */
final class Sealing {

    static final int CHUNK = 1 << 16;
    static final int TAG = 16;

    private static final byte[] MAGIC = {'O', 'P', 'S', 'D', 'E', 'C', 'K', 1};
    private static final int SALT = 16;
    private static final int PREFIX = 7;
    static final int ITERATIONS = 600_000;

    private static final int MOST_ITERATIONS = 10_000_000;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final SecretKeySpec key;
    private final byte[] prefix;
    private int chunks;

    private Sealing(String passphrase, byte[] salt, int iterations, byte[] prefix) {
        this.prefix = prefix;
        try {
            var spec = new PBEKeySpec(passphrase.toCharArray(), salt, iterations, 256);
            key = new SecretKeySpec(
                    SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                            .generateSecret(spec)
                            .getEncoded(),
                    "AES");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whether a file that begins so is encrypted. */
    static boolean begins(byte[] head) {
        return Arrays.equals(head, MAGIC);
    }

    static int headLength() {
        return MAGIC.length;
    }

    /** Writes what the reader has to know. */
    static Sealing begin(DataOutputStream out, String passphrase, int iterations) throws IOException {
        byte[] salt = random(SALT);
        byte[] prefix = random(PREFIX);
        out.write(MAGIC);
        out.write(salt);
        out.writeInt(iterations);
        out.write(prefix);
        return new Sealing(passphrase, salt, iterations, prefix);
    }

    /** @param in behind the head */
    static Sealing resume(DataInputStream in, String passphrase) throws IOException {
        byte[] salt = in.readNBytes(SALT);
        int iterations = in.readInt();
        byte[] prefix = in.readNBytes(PREFIX);
        if (iterations < 1 || iterations > MOST_ITERATIONS) {
            throw new IOException("the head is damaged");
        }
        return new Sealing(passphrase, salt, iterations, prefix);
    }

    byte[] seal(byte[] bytes, int length, boolean last) throws IOException {
        return next(Cipher.ENCRYPT_MODE, bytes, length, last);
    }

    byte[] open(byte[] bytes, int length, boolean last) throws IOException {
        return next(Cipher.DECRYPT_MODE, bytes, length, last);
    }

    private byte[] next(int mode, byte[] bytes, int length, boolean last) throws IOException {
        byte[] nonce = ByteBuffer.allocate(12)
                .put(prefix)
                .putInt(chunks++)
                .put((byte) (last ? 1 : 0))
                .array();
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(mode, key, new GCMParameterSpec(TAG * 8, nonce));
            return cipher.doFinal(bytes, 0, length);
        } catch (GeneralSecurityException e) {
            throw new IOException("the passphrase is another one, or the file was changed", e);
        }
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        RANDOM.nextBytes(bytes);
        return bytes;
    }
}
