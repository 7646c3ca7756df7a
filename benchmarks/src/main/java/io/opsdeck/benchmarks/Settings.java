package io.opsdeck.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * The options of a run, given as {@code --name=value}. A program names a default and the value of a tiny run, which the
 * build makes so that the programs do not rot; its figures mean nothing.
 */
final class Settings {

    private final Map<String, String> values = new LinkedHashMap<>();

    Settings(String... arguments) {
        for (String argument : arguments) {
            if (!argument.startsWith("--")) {
                throw new IllegalArgumentException("not an option: " + argument);
            }
            String[] parts = argument.substring(2).split("=", 2);
            values.put(parts[0], parts.length == 2 ? parts[1] : "true");
        }
        values.putIfAbsent("seed", String.valueOf(new Random().nextInt(1_000_000)));
    }

    boolean tiny() {
        return values.containsKey("tiny");
    }

    int number(String name, int usual, int tiny) {
        String value = values.get(name);
        return value == null ? tiny() ? tiny : usual : Integer.parseInt(value);
    }

    @Nullable
    String text(String name) {
        return values.get(name);
    }

    /** The product that is started. */
    Path jar() {
        return Path.of(values.getOrDefault("jar", "ops-web/target/opsdeck.jar")).toAbsolutePath();
    }

    /** Where data folders and logs go; emptied by each program. */
    Path work() {
        return Path.of(values.getOrDefault("work", "benchmarks/target/work"))
                .toAbsolutePath()
                .normalize();
    }

    /** Options of the product's virtual machine, on top of {@code usual}. */
    List<String> jvm(String... usual) {
        var options = new ArrayList<>(List.of(usual));
        String more = values.get("jvm");
        if (more != null) {
            options.addAll(List.of(more.split(" ")));
        }
        return options;
    }

    /** Printed with the result, so that a run can be repeated. */
    long seed() {
        return Long.parseLong(values.getOrDefault("seed", "1"));
    }
}
