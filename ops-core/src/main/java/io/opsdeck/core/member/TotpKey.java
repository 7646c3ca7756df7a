package io.opsdeck.core.member;

import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Locale;
import java.util.OptionalLong;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What an authenticator app shares with Opsdeck: time-based codes of RFC 6238 as every app understands them, with SHA-1,
 * steps of 30 seconds and six digits. A clock may be wrong by one step either way.
 */
final class TotpKey {

    static final Duration STEP = Duration.ofSeconds(30);

    private static final int DIGITS = 6;
    private static final int LIMIT = 1_000_000;
    private static final int WINDOW = 1;
    private static final int BYTES = 20;
    private static final String ALGORITHM = "HmacSHA1";
    private static final String ISSUER = "Opsdeck";
    private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private static final SecureRandom RANDOM = new SecureRandom();

    private final byte[] bytes;

    private TotpKey(byte[] bytes) {
        this.bytes = bytes;
    }

    static TotpKey fresh() {
        byte[] bytes = new byte[BYTES];
        RANDOM.nextBytes(bytes);
        return new TotpKey(bytes);
    }

    /** @param hex what {@link #hex()} wrote */
    static TotpKey of(String hex) {
        return new TotpKey(HexFormat.of().parseHex(hex));
    }

    String hex() {
        return HexFormat.of().formatHex(bytes);
    }

    /** As people type it into an app: RFC 4648 Base32 without padding. */
    String base32() {
        var text = new StringBuilder();
        int bits = 0;
        int held = 0;
        for (byte each : bytes) {
            bits = bits << 8 | each & 0xFF;
            held += 8;
            while (held >= 5) {
                held -= 5;
                text.append(BASE32.charAt(bits >> held & 31));
            }
            bits &= (1 << held) - 1;
        }
        if (held > 0) {
            text.append(BASE32.charAt(bits << 5 - held & 31));
        }
        return text.toString();
    }

    /** What an app reads from a QR code or opens by a link; apps show {@code account} below the issuer. */
    String uri(String account) {
        String label = URLEncoder.encode(account, StandardCharsets.UTF_8).replace("+", "%20");
        return "otpauth://totp/" + ISSUER + ":" + label + "?secret=" + base32() + "&issuer=" + ISSUER
                + "&algorithm=SHA1&digits=" + DIGITS + "&period=" + STEP.toSeconds();
    }

    static long stepAt(Instant time) {
        return Math.floorDiv(time.getEpochSecond(), STEP.toSeconds());
    }

    /** RFC 4226, section 5.3, with the step as counter. */
    String codeOf(long step) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(bytes, ALGORITHM));
            byte[] hash =
                    mac.doFinal(ByteBuffer.allocate(Long.BYTES).putLong(step).array());
            int offset = hash[hash.length - 1] & 0xF;
            int number = ByteBuffer.wrap(hash).getInt(offset) & Integer.MAX_VALUE;
            return String.format(Locale.ROOT, "%0" + DIGITS + "d", number % LIMIT);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The newest step around {@code time} that a code belongs to. Takes the same time whichever it is. */
    OptionalLong stepOf(String code, Instant time) {
        byte[] typed = code.getBytes(StandardCharsets.UTF_8);
        long now = stepAt(time);
        OptionalLong found = OptionalLong.empty();
        for (long step = now - WINDOW; step <= now + WINDOW; step++) {
            if (MessageDigest.isEqual(codeOf(step).getBytes(StandardCharsets.UTF_8), typed)) {
                found = OptionalLong.of(step);
            }
        }
        return found;
    }
}
