package io.opsdeck.core.chain;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Version 1 of how links are hashed, the same that the database functions {@code core.audit_digest} and
 * {@code core.audit_hash} have. Hashes are written as hexadecimal digits.
 */
final class ChainEncoding {

    static final int VERSION = 1;

    private static final byte[] NAME = "opsdeck-audit-1".getBytes(StandardCharsets.UTF_8);
    private static final HexFormat HEX = HexFormat.of();

    private ChainEncoding() {}

    /** Each field as its length in bytes, a colon and its text, or a dash for none: no two lists have one encoding. */
    static String digest(@Nullable String[] fields) {
        MessageDigest sha = sha256();
        for (String field : fields) {
            if (field == null) {
                sha.update((byte) '-');
            } else {
                byte[] bytes = field.getBytes(StandardCharsets.UTF_8);
                sha.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
                sha.update(bytes);
            }
        }
        return HEX.formatHex(sha.digest());
    }

    static String hash(long position, String previous, String digest) {
        MessageDigest sha = sha256();
        sha.update(NAME);
        sha.update(ByteBuffer.allocate(Long.BYTES).putLong(position).array());
        sha.update(HEX.parseHex(previous));
        sha.update(HEX.parseHex(digest));
        return HEX.formatHex(sha.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
