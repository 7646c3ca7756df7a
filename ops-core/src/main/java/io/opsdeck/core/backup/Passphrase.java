package io.opsdeck.core.backup;

import io.opsdeck.core.command.CommandFailure;
import io.opsdeck.core.command.CommandLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/** Where a command finds what archives are encrypted with. */
final class Passphrase {

    static final String OPTION = "passphrase-file";

    private Passphrase() {}

    /** From the file that the option names, or from the settings; null where there is none. */
    static @Nullable String of(CommandLine line, Environment settings) {
        Optional<String> file = line.option(OPTION);
        if (file.isEmpty()) {
            String setting = settings.getProperty("opsdeck.backup.passphrase");
            return StringUtils.hasText(setting) ? setting : null;
        }
        try {
            String text = Files.readString(Path.of(file.get())).strip();
            if (text.isEmpty()) {
                throw new CommandFailure(file.get() + " is empty.");
            }
            return text;
        } catch (IOException e) {
            throw new CommandFailure("The passphrase cannot be read from " + file.get() + ": " + e.getMessage(), e);
        }
    }
}
