package io.opsdeck.core.setting;

import io.opsdeck.core.command.Command;
import io.opsdeck.core.command.CommandLine;
import java.io.PrintStream;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/** {@code print-config}: what is in force, secrets masked. */
class PrintConfigCommand implements Command {

    private static final String MASK = "********";

    @Override
    public String name() {
        return "print-config";
    }

    @Override
    public String options() {
        return "";
    }

    @Override
    public String purpose() {
        return "Prints all settings as they are in force, without secrets, and ends.";
    }

    @Override
    public boolean run(CommandLine line, Environment settings, PrintStream out) {
        for (Setting setting : Settings.load(getClass().getClassLoader()).all()) {
            String value = settings.getProperty(setting.property());
            if (!StringUtils.hasText(value)) {
                out.println("# " + setting.name() + " is not set");
                continue;
            }
            String shown = setting.rule().isSecret() ? MASK : withoutPassword(value);
            boolean given = StringUtils.hasText(settings.getProperty(setting.name()));
            out.println(setting.name() + "=" + shown + (given ? "" : "    # by default"));
        }
        return true;
    }

    /** Addresses of databases may hold one. */
    private static String withoutPassword(String value) {
        return value.replaceAll("(?i)(password=)[^&]*", "$1" + MASK)
                .replaceAll("(//[^/:@]+:)[^/@]+@", "$1" + MASK + "@");
    }
}
