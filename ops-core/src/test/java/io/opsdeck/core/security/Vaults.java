package io.opsdeck.core.security;

import java.nio.file.Path;

/** Makes vaults without an application. */
public final class Vaults {

    private Vaults() {}

    public static Vault in(Path folder) {
        return new Vault("", folder.toString());
    }
}
