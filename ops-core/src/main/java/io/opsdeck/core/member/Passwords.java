package io.opsdeck.core.member;

import io.opsdeck.core.error.CoreError;
import java.util.Locale;
import java.util.Set;
import org.springframework.security.crypto.argon2.Argon2PasswordEncoder;
import org.springframework.stereotype.Component;

/**
 * Passwords by length and by what everybody tries first, hashed with Argon2id (16 MB, two passes). A sign-in without a
 * member costs the same as one with.
 */
@Component
class Passwords {

    static final int LEAST = 12;
    static final int MOST = 200;

    /** What remains of the usual passwords when digits, signs and doubled letters are taken away. */
    private static final Set<String> COMMON = Set.of(
            "",
            "password",
            "passwort",
            "qwerty",
            "qwertyuiop",
            "asdfghjkl",
            "zxcvbnm",
            "admin",
            "administrator",
            "letmein",
            "welcome",
            "iloveyou",
            "monkey",
            "dragon",
            "football",
            "baseball",
            "sunshine",
            "princess",
            "superman",
            "trustno",
            "master",
            "login",
            "abc",
            "abcdef",
            "abcdefgh",
            "woaini",
            "changeme",
            "secret",
            "opsdeck",
            "default",
            "test",
            "guest",
            "root",
            "user");

    private static final int MEMORY = 1 << 14;
    private static final int PASSES = 2;

    /** A hash that no password has, of the same cost as a real one. */
    static final String NOBODY =
            "$argon2id$v=19$m=" + MEMORY + ",t=" + PASSES + ",p=1$" + "A".repeat(22) + "$" + "A".repeat(43);

    private final Argon2PasswordEncoder encoder = new Argon2PasswordEncoder(16, 32, 1, MEMORY, PASSES);

    String hash(String password) {
        return encoder.encode(password);
    }

    boolean matches(String password, String hash) {
        return password.length() <= MOST && encoder.matches(password, hash);
    }

    /** Spends what {@link #matches} would. */
    void pretend(String password) {
        matches(password, NOBODY);
    }

    /** Refuses what is too short or what everybody tries first. */
    void check(String password, String mail) {
        int length = password.codePointCount(0, password.length());
        if (length < LEAST) {
            throw CoreError.PASSWORD_TOO_SHORT.at("/password", LEAST);
        }
        if (length > MOST) {
            throw CoreError.PASSWORD_TOO_LONG.at("/password", MOST);
        }
        String core = skeleton(password);
        String owner = skeleton(mail.substring(0, Math.max(0, mail.indexOf('@'))));
        if (COMMON.contains(core)
                || core.equals(owner)
                || password.chars().distinct().count() < 5) {
            throw CoreError.PASSWORD_TOO_COMMON.at("/password");
        }
    }

    private static String skeleton(String text) {
        String plain = text.toLowerCase(Locale.ROOT)
                .replace('0', 'o')
                .replace('@', 'a')
                .replace('$', 's')
                .replaceAll("\\p{Punct}|\\d|\\s", "");
        for (String word : COMMON) {
            if (word.length() > 3
                    && !plain.equals(word)
                    && plain.replace(word, "").isEmpty()) {
                return word;
            }
        }
        return plain;
    }
}
