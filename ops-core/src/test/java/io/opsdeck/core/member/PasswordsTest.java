package io.opsdeck.core.member;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PasswordsTest {

    private final Passwords passwords = new Passwords();

    @Test
    void onlyThePasswordMatchesItsHash() {
        String hash = passwords.hash("correct horse battery");

        assertThat(passwords.matches("correct horse battery", hash)).isTrue();
        assertThat(passwords.matches("correct horse batterz", hash)).isFalse();
        assertThat(passwords.matches("", Passwords.NOBODY)).isFalse();
    }

    @Test
    void aMemberWhoDoesNotExistCostsWhatOneWhoDoesCosts() {
        String real = passwords.hash("correct horse battery");
        int salt = real.indexOf("p=1$");

        assertThat(Passwords.NOBODY).hasSameSizeAs(real).startsWith(real.substring(0, salt));
    }
}
