package io.opsdeck.core.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SecretsTest {

    @Test
    void eachSecretIsWellFormedForItsKindOnly() {
        String secret = Secrets.next("api");

        assertThat(Secrets.isWellFormed("api", secret)).isTrue();
        assertThat(Secrets.isWellFormed("inv", secret)).isFalse();
    }

    @Test
    void oneChangedCharacterIsJunk() {
        String secret = Secrets.next("api");
        for (int i = 0; i < secret.length(); i++) {
            char other = secret.charAt(i) == 'x' ? 'y' : 'x';
            String changed = secret.substring(0, i) + other + secret.substring(i + 1);
            assertThat(Secrets.isWellFormed("api", changed)).as(changed).isFalse();
        }
    }

    @Test
    void noTwoSecretsAreEqual() {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            assertThat(seen.add(Secrets.next("api"))).isTrue();
        }
    }
}
