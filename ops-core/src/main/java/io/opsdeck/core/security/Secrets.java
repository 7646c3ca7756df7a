package io.opsdeck.core.security;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.zip.CRC32;

/** Makes and recognises opaque secrets of the form {@code opd_<kind>_<24 base62><6 base62 checksum>}. */
public final class Secrets {

    private static final String ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int RANDOM_LENGTH = 24;
    private static final int CHECK_LENGTH = 6;
    private static final SecureRandom RANDOM = new SecureRandom();

    private Secrets() {}

    /** A new secret of 142 random bits. */
    public static String next(String kind) {
        var body = new StringBuilder("opd_").append(kind).append('_');
        for (int i = 0; i < RANDOM_LENGTH; i++) {
            body.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
        }
        return body.append(checksum(body.toString())).toString();
    }

    /** Tells junk from a possible secret without asking the database. */
    public static boolean isWellFormed(String kind, String secret) {
        int length = "opd__".length() + kind.length() + RANDOM_LENGTH + CHECK_LENGTH;
        if (secret.length() != length || !secret.startsWith("opd_" + kind + "_")) {
            return false;
        }
        int cut = length - CHECK_LENGTH;
        return checksum(secret.substring(0, cut)).equals(secret.substring(cut));
    }

    /** What is stored: the secrets have enough entropy for a plain hash. */
    public static byte[] hash(String secret) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The part that may be shown to recognise a secret by. */
    public static String prefix(String secret) {
        return secret.substring(0, Math.min(12, secret.length()));
    }

    private static String checksum(String body) {
        var crc = new CRC32();
        crc.update(body.getBytes(StandardCharsets.US_ASCII));
        long rest = crc.getValue();
        var text = new StringBuilder();
        for (int i = 0; i < CHECK_LENGTH; i++) {
            text.append(ALPHABET.charAt((int) (rest % ALPHABET.length())));
            rest /= ALPHABET.length();
        }
        return text.toString();
    }
}
