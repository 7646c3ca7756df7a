package io.opsdeck.core.setting;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * All settings that there are. Each module lists its own in {@code META-INF/opsdeck-settings}, a line each:
 * {@code NAME property rule}, and {@code needs OTHER} where one is useless without another.
 */
final class Settings {

    static final String PREFIX = "OPSDECK_";

    private static final String RESOURCE = "META-INF/opsdeck-settings";
    private static final Pattern LINE = Pattern.compile("(\\S+)\\s+(\\S+)\\s+(\\S+)(?:\\s+needs\\s+(\\S+))?");

    private final List<Setting> all;

    private Settings(List<Setting> all) {
        this.all = all;
    }

    static Settings load(ClassLoader loader) {
        try {
            var all = new ArrayList<Setting>();
            for (URL resource : Collections.list(loader.getResources(RESOURCE))) {
                try (var in = resource.openStream()) {
                    new String(in.readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .filter(line -> !line.isBlank() && !line.startsWith("#"))
                            .forEach(line -> all.add(setting(line)));
                }
            }
            all.sort(Comparator.comparing(Setting::name));
            return new Settings(all);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Setting setting(String line) {
        Matcher parts = LINE.matcher(line.strip());
        if (!parts.matches()) {
            throw new IllegalStateException("not a setting: " + line);
        }
        Rule rule = Rule.valueOf(parts.group(3).toUpperCase(Locale.ROOT));
        return new Setting(parts.group(1), parts.group(2), rule, parts.group(4));
    }

    List<Setting> all() {
        return all;
    }

    boolean knows(String name) {
        return all.stream().anyMatch(each -> each.name().equals(name));
    }

    /** The one that was probably meant. */
    Optional<String> nearest(String name) {
        return all.stream()
                .map(Setting::name)
                .min(Comparator.comparingInt(each -> distance(each, name)))
                .filter(each -> distance(each, name) <= Math.max(2, name.length() / 4));
    }

    /** How many letters have to be added, removed or replaced. */
    private static int distance(String one, String other) {
        int[] row = new int[other.length() + 1];
        for (int j = 0; j <= other.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                int replaced = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[other.length()];
    }
}
