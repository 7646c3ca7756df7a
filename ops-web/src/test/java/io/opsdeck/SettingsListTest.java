package io.opsdeck;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What is read, what is listed and what is documented are the same settings. */
class SettingsListTest {

    private static final Pattern READ = Pattern.compile("\\$\\{([A-Z][A-Z_]+):");
    private static final Pattern DOCUMENTED =
            Pattern.compile("`((?:OPSDECK|DATABASE)_[A-Z_]+|PORT|MANAGEMENT_PORT)(?:_FILE)?`");

    @Test
    void everySettingThatIsReadIsListed() throws IOException {
        var read = new TreeSet<String>();
        for (String file : new String[] {"application.yml", "opsdeck-core.properties"}) {
            read.addAll(find(READ, resource(file)));
        }
        assertThat(read).hasSizeGreaterThan(20);
        assertThat(listed())
                .as("add it to META-INF/opsdeck-settings of its module")
                .containsAll(read);
    }

    @Test
    void everySettingThatIsListedIsDocumented() throws IOException {
        Set<String> documented = find(DOCUMENTED, Files.readString(Path.of("../docs/operations.md")));
        // Of the build, not of who runs it.
        documented.add("OPSDECK_REVISION");
        assertThat(documented).as("docs/operations.md").isEqualTo(listed());
    }

    private static Set<String> listed() throws IOException {
        var names = new TreeSet<String>();
        for (URL list :
                Collections.list(SettingsListTest.class.getClassLoader().getResources("META-INF/opsdeck-settings"))) {
            try (var in = list.openStream()) {
                new String(in.readAllBytes(), StandardCharsets.UTF_8)
                        .lines()
                        .filter(line -> !line.startsWith("#") && !line.isBlank())
                        .forEach(line -> names.add(line.split("\\s+")[0]));
            }
        }
        return names;
    }

    private static String resource(String name) throws IOException {
        try (var in = SettingsListTest.class.getClassLoader().getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static Set<String> find(Pattern pattern, String text) {
        var found = new TreeSet<String>();
        pattern.matcher(text).results().map((MatchResult each) -> each.group(1)).forEach(found::add);
        return found;
    }
}
