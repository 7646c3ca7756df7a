package io.opsdeck.core.command;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What stood behind the name of a command: {@code --name=value}, or {@code --name} alone. */
public record CommandLine(Map<String, String> options) {

    public CommandLine {
        options = Map.copyOf(options);
    }

    /** @throws CommandFailure where something is no option */
    public static CommandLine of(List<String> arguments) {
        Map<String, String> options = new LinkedHashMap<>();
        for (String argument : arguments) {
            if (!argument.startsWith("--")) {
                throw new CommandFailure("\"" + argument + "\" is no option. Options are written --name=value.");
            }
            String[] parts = argument.substring(2).split("=", 2);
            options.put(parts[0], parts.length == 2 ? parts[1] : "");
        }
        return new CommandLine(options);
    }

    public Optional<String> option(String name) {
        return Optional.ofNullable(options.get(name)).filter(value -> !value.isBlank());
    }

    /** @throws CommandFailure where it is missing */
    public String required(String name) {
        return option(name).orElseThrow(() -> new CommandFailure("--" + name + "=… is missing."));
    }
}
