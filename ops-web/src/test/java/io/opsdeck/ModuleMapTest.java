package io.opsdeck;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Draws the map of modules and features in docs/architecture.md from the code. */
class ModuleMapTest {

    private static final Path PAGE = Path.of("../docs/architecture.md");
    private static final String BEGIN = "<!-- The map below is written by ModuleMapTest. -->\n";
    private static final String END = "<!-- The end of the map. -->\n";
    private static final List<String> MODULES = List.of("core", "analytics", "user", "content", "campaign", "web");
    private static final Pattern FEATURE = Pattern.compile("io\\.opsdeck\\.(\\w+)\\.(\\w+)(?:\\..*)?");
    private static final Pattern SENTENCE = Pattern.compile("/\\*\\*[\\s*]*(.*?)\\s*\\*/", Pattern.DOTALL);

    /** A stale map is written anew, and the test fails once so that somebody commits it. */
    @Test
    void theMapOfTheModulesIsCurrent() throws IOException {
        String page = Files.readString(PAGE);
        int begin = page.indexOf(BEGIN);
        int end = page.indexOf(END);
        assertThat(begin).as("the marks of the map in " + PAGE).isPositive().isLessThan(end);
        String current = page.substring(0, begin + BEGIN.length()) + map() + page.substring(end);
        if (!current.equals(page)) {
            Files.writeString(PAGE, current);
        }
        assertThat(page)
                .as("docs/architecture.md was stale and has been written anew: commit it")
                .isEqualTo(current);
    }

    private static String map() throws IOException {
        Map<String, Set<String>> uses = uses();
        var map = new StringBuilder();
        for (String module : MODULES) {
            map.append("\n### ").append(module).append("\n\n");
            List<String> features = uses.keySet().stream()
                    .filter(feature -> feature.startsWith(module + "."))
                    .toList();
            if (features.isEmpty()) {
                map.append("Nothing yet.\n");
                continue;
            }
            map.append("| feature | what it is | uses |\n| --- | --- | --- |\n");
            for (String feature : features) {
                map.append("| `").append(feature.substring(module.length() + 1)).append("` | ");
                map.append(sentence(module, feature)).append(" | ");
                map.append(uses.get(feature).stream()
                                .map(used -> used.startsWith(module + ".") ? used.substring(module.length() + 1) : used)
                                .collect(Collectors.joining(", ")))
                        .append(" |\n");
            }
        }
        return map.append('\n').toString();
    }

    /** Which feature needs which others, as {@code module.feature}. */
    private static Map<String, Set<String>> uses() {
        JavaClasses code = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .withImportOption(location -> !location.contains("test-classes") && !location.contains("-tests.jar"))
                .importPackages("io.opsdeck");
        Map<String, Set<String>> uses = new TreeMap<>();
        for (JavaClass each : code) {
            String own = feature(each);
            if (own.isEmpty()) {
                continue;
            }
            Set<String> used = uses.computeIfAbsent(own, any -> new TreeSet<>());
            each.getDirectDependenciesFromSelf().stream()
                    .map(dependency -> feature(dependency.getTargetClass()))
                    .filter(other -> !other.isEmpty() && !other.equals(own))
                    .forEach(used::add);
        }
        return uses;
    }

    private static String feature(JavaClass code) {
        Matcher found = FEATURE.matcher(code.getPackageName());
        return found.matches() ? found.group(1) + "." + found.group(2) : "";
    }

    /** The first sentence of package-info.java. */
    private static String sentence(String module, String feature) throws IOException {
        Path file = Path.of(
                "../ops-" + module + "/src/main/java/io/opsdeck", feature.replace('.', '/'), "package-info.java");
        Matcher found = SENTENCE.matcher(Files.readString(file));
        assertThat(found.find()).as("a sentence in %s", file).isTrue();
        String text = found.group(1).replaceAll("\\s*\\n\\s*\\*\\s*", " ").replaceAll("\\{@code ([^}]*)}", "`$1`");
        int stop = text.indexOf(". ");
        return stop < 0 ? text : text.substring(0, stop + 1);
    }
}
