package io.opsdeck.core.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VaultTest {

    private static final String ONE = "A".repeat(43) + "=";
    private static final String TWO = "B".repeat(42) + "A=";

    @TempDir
    Path folder;

    @Test
    void whatIsSealedOpensForItsOwnerOnly() {
        Vault vault = vault(ONE);
        byte[] sealed = vault.seal("密码", "endpoint");
        assertThat(vault.open(sealed, "endpoint")).isEqualTo("密码");
        assertThat(new String(sealed, StandardCharsets.UTF_8)).doesNotContain("密码");
        assertThat(vault.seal("密码", "endpoint")).isNotEqualTo(sealed);
        assertThatThrownBy(() -> vault.open(sealed, "other")).isInstanceOf(IllegalStateException.class);
        sealed[sealed.length - 1] ^= 1;
        assertThatThrownBy(() -> vault.open(sealed, "endpoint")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void anOlderKeyStillOpensAndAnUnknownOneIsNamed() {
        byte[] sealed = vault(ONE).seal("x", "o");
        assertThat(vault(TWO + ", " + ONE).open(sealed, "o")).isEqualTo("x");
        assertThatThrownBy(() -> vault(TWO).open(sealed, "o")).hasMessageContaining("OPSDECK_SECRET_KEY");
        assertThatThrownBy(() -> vault("changeme").seal("x", "o")).hasMessageContaining("OPSDECK_SECRET_KEY");
    }

    @Test
    void withoutASettingTheKeyIsAFileOfItsOwnerAlone() throws IOException {
        byte[] sealed = vault("").seal("x", "o");
        assertThat(vault("").open(sealed, "o")).isEqualTo("x");
        Path file = folder.resolve("secret.key");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    private Vault vault(String setting) {
        return new Vault(setting, folder.toString());
    }
}
