package io.opsdeck.core.member;

import io.opsdeck.core.security.Secrets;
import java.security.SecureRandom;
import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * One of the codes that stand in for a lost phone: sixteen letters and digits that nobody mistakes for each other, 78
 * random bits, so that a plain hash keeps them.
 *
 * @param plain without dashes
 */
record RecoveryCode(String plain) {

    static final int COUNT = 10;

    private static final String ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ";
    private static final int LENGTH = 16;
    private static final int GROUP = 4;
    private static final SecureRandom RANDOM = new SecureRandom();

    /** Ten new codes. */
    static List<RecoveryCode> fresh() {
        return Stream.generate(RecoveryCode::random).limit(COUNT).toList();
    }

    /** Reads what somebody typed, whatever he did with dashes, blanks and case. */
    static RecoveryCode of(String typed) {
        return new RecoveryCode(Normalizer.normalize(typed, Normalizer.Form.NFKC)
                .replaceAll("[\\s-]", "")
                .toUpperCase(Locale.ROOT));
    }

    private static RecoveryCode random() {
        var text = new StringBuilder(LENGTH);
        for (int i = 0; i < LENGTH; i++) {
            text.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
        }
        return new RecoveryCode(text.toString());
    }

    /** As it is shown, in groups of four. */
    String text() {
        var text = new StringBuilder(plain);
        for (int i = LENGTH - GROUP; i > 0; i -= GROUP) {
            text.insert(i, '-');
        }
        return text.toString();
    }

    byte[] hash(UUID member) {
        return Secrets.hash("recovery " + member + " " + plain);
    }
}
