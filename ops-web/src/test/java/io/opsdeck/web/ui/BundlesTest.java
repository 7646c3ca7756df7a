package io.opsdeck.web.ui;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.opsdeck.core.error.ErrorCode;
import io.opsdeck.core.security.Permission;
import io.opsdeck.core.security.PermissionArea;
import io.opsdeck.core.security.Preset;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/** Whatever a person can read is in the bundles, in both languages; whatever a page names exists. */
class BundlesTest {

    private static final Pattern ARGUMENT = Pattern.compile("\\{(\\d+)[^}]*}");
    private static final Pattern MESSAGE = Pattern.compile("#\\{([a-z0-9_.-]+)[(}]");
    private static final Pattern ICON = Pattern.compile("ui/icon :: (?:icon|small)\\('([a-z0-9-]+)'\\)");
    private static final Pattern LETTERS = Pattern.compile("\\p{L}{2,}");
    private static final Pattern KEYBOARD = Pattern.compile("<kbd\\b[^>]*>[^<]*</kbd>");

    private static final Pattern TAG = Pattern.compile("<(/?)([a-zA-Z][\\w:-]*)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>");

    private final Map<String, Properties> bundles = bundles();

    @Test
    void everyBundleHasBothLanguagesWithTheSameKeysAndArguments() {
        assertThat(bundles).isNotEmpty();
        for (String name : bundles.keySet()) {
            if (name.endsWith("_zh_CN")) {
                assertThat(bundles).as("English partner").containsKey(name.replace("_zh_CN", ""));
                continue;
            }
            Properties english = bundles.get(name);
            assertThat(bundles).as("Chinese partner of %s.properties", name).containsKey(name + "_zh_CN");
            Properties chinese = bundles.get(name + "_zh_CN");
            assertThat(new TreeSet<>(chinese.stringPropertyNames()))
                    .as("keys of %s_zh_CN.properties", name)
                    .isEqualTo(new TreeSet<>(english.stringPropertyNames()));
            for (String key : english.stringPropertyNames()) {
                assertThat(arguments(chinese.getProperty(key)))
                        .as("arguments of %s in Chinese", key)
                        .isEqualTo(arguments(english.getProperty(key)));
                assertThat(english.getProperty(key))
                        .as("English text of %s", key)
                        .isNotBlank();
                assertThat(chinese.getProperty(key))
                        .as("Chinese text of %s", key)
                        .isNotBlank();
            }
        }
    }

    @Test
    void noKeyIsInTwoBundles() {
        Map<String, String> owner = new TreeMap<>();
        bundles.forEach((name, texts) -> {
            if (!name.endsWith("_zh_CN")) {
                texts.stringPropertyNames()
                        .forEach(key -> assertThat(owner.put(key, name))
                                .as("%s is in %s and in", key, name)
                                .isNull());
            }
        });
    }

    /** An apostrophe swallows itself and may hide arguments where a text has arguments, and only there. */
    @Test
    void apostrophesAreDoubledWhereATextHasArguments() {
        bundles.forEach((name, texts) -> texts.forEach((key, text) -> {
            if (!arguments(String.valueOf(text)).isEmpty()) {
                assertThat(String.valueOf(text).replace("''", ""))
                        .as("%s in %s", key, name)
                        .doesNotContain("'");
            }
        }));
    }

    @Test
    void everyErrorHasAText() {
        JavaClasses code = code();
        List<String> missing = new ArrayList<>();
        int errors = 0;
        for (JavaClass each : code) {
            if (!each.isEnum() || !each.isAssignableTo(ErrorCode.class)) {
                continue;
            }
            for (Object constant : each.reflect().getEnumConstants()) {
                errors++;
                String key = "error." + ((ErrorCode) constant).code();
                if (!keys().contains(key)) {
                    missing.add(key);
                }
            }
        }
        assertThat(errors).isGreaterThan(20);
        assertThat(missing).isEmpty();
    }

    @Test
    void everythingShownByItsKeyHasAText() {
        Set<String> wanted = new TreeSet<>();
        Arrays.stream(Preset.values()).forEach(preset -> wanted.add("role." + preset.key()));
        Arrays.stream(PermissionArea.values())
                .forEach(area -> wanted.add("role.area." + area.name().toLowerCase(Locale.ROOT)));
        Arrays.stream(Permission.values())
                .forEach(permission ->
                        wanted.add("permission." + permission.key().replace(':', '.')));
        Arrays.stream(Pages.values()).forEach(page -> wanted.add("nav." + page.key()));
        Arrays.stream(Creatable.values()).forEach(each -> {
            wanted.add("nav.create." + each.key());
            wanted.add("palette.create." + each.key());
        });
        assertThat(without(wanted)).isEmpty();
    }

    @Test
    void everyActionOfTheAuditTrailHasAText() throws IOException {
        Pattern recorded = Pattern.compile("(?:audit|reads)\\s*\\.record\\(\\s*\"([a-z_.]+)\"");
        Set<String> wanted = new TreeSet<>();
        for (Path source : sources()) {
            Matcher action = recorded.matcher(Files.readString(source));
            while (action.find()) {
                wanted.add("audit.action." + action.group(1));
                wanted.add("audit.kind." + action.group(1).split("\\.")[0]);
            }
        }
        assertThat(wanted).hasSizeGreaterThan(5);
        assertThat(without(wanted)).isEmpty();
    }

    @Test
    void everyTextThatATemplateNamesExists() {
        Map<String, Set<String>> missing = new TreeMap<>();
        templates().forEach((name, template) -> {
            Matcher message = MESSAGE.matcher(template);
            while (message.find()) {
                if (!keys().contains(message.group(1))) {
                    missing.computeIfAbsent(name, any -> new TreeSet<>()).add(message.group(1));
                }
            }
        });
        assertThat(missing).isEmpty();
    }

    @Test
    void everyIconExists() {
        String icons = read(new PathMatchingResourcePatternResolver().getResource("classpath:static/icons.svg"));
        Set<String> wanted = new TreeSet<>();
        templates().values().forEach(template -> {
            Matcher icon = ICON.matcher(template);
            while (icon.find()) {
                wanted.add(icon.group(1));
            }
        });
        Arrays.stream(Pages.values()).forEach(page -> wanted.add(page.icon()));
        Arrays.stream(Creatable.values()).forEach(each -> wanted.add(each.icon()));
        assertThat(wanted)
                .hasSizeGreaterThan(5)
                .allSatisfy(icon -> assertThat(icons).contains("id=\"" + icon + "\""));
    }

    @Test
    void templatesHoldNoTextOfTheirOwn() {
        Map<String, List<String>> literal = new TreeMap<>();
        templates().forEach((name, template) -> {
            List<String> found = literalTexts(KEYBOARD.matcher(template).replaceAll(""));
            if (!found.isEmpty()) {
                literal.put(name, found);
            }
        });
        assertThat(literal).as("give the element a th:text=\"#{…}\"").isEmpty();
    }

    @Test
    void attributesThatPeopleReadComeFromTheBundles() {
        Pattern attribute = Pattern.compile("\\s(title|alt|placeholder|aria-label|data-confirm)=\"([^\"]+)\"");
        Map<String, String> literal = new TreeMap<>();
        templates().forEach((name, template) -> {
            Matcher found = attribute.matcher(template);
            while (found.find()) {
                if (LETTERS.matcher(found.group(2)).find()) {
                    literal.put(name, found.group());
                }
            }
        });
        assertThat(literal).as("use th:attr with a #{…}").isEmpty();
    }

    @Test
    void templatesKeepToTheContentPolicy() {
        Pattern forbidden = Pattern.compile(
                "th:utext|\\[\\(|\\sstyle=|<style\\b|\\son[a-z]+=|\\shx-on\\b|javascript:|<script\\b(?![^>]*\\b(?:th:)?src=)"
                        + "|th:style|th:on[a-z]+=|hx-vals=\"js:");
        templates().forEach((name, template) -> {
            Matcher found = forbidden.matcher(template);
            assertThat(found.find() ? found.group() : "")
                    .as("inline code or unescaped text in %s", name)
                    .isEmpty();
        });
    }

    /** Thymeleaf replaces first and asks afterwards, so the condition of such a tag never counts. */
    @Test
    void noTagIsReplacedOnACondition() {
        Map<String, String> wrong = new TreeMap<>();
        templates().forEach((name, template) -> {
            Matcher tag = TAG.matcher(template);
            while (tag.find()) {
                boolean replaced = tag.group().contains("th:replace=");
                if (replaced && (tag.group().contains("th:if=") || tag.group().contains("th:unless="))) {
                    wrong.put(name, tag.group());
                }
            }
        });
        assertThat(wrong).as("put the condition on a th:block around it").isEmpty();
    }

    /** Text between tags that no th:text above it replaces. */
    private static List<String> literalTexts(String template) {
        List<String> found = new ArrayList<>();
        Set<String> empty = Set.of("input", "meta", "link", "br", "hr", "img", "use", "path", "rect", "circle");
        List<Boolean> replaced = new ArrayList<>();
        List<String> names = new ArrayList<>();
        Matcher tag = TAG.matcher(template);
        int end = 0;
        while (tag.find()) {
            String text = template.substring(end, tag.start());
            end = tag.end();
            if (!replaced.contains(true) && LETTERS.matcher(text).find()) {
                found.add(text.strip());
            }
            String name = tag.group(2);
            if (!tag.group(1).isEmpty()) {
                while (!names.isEmpty()) {
                    int last = names.size() - 1;
                    boolean same = names.get(last).equals(name);
                    names.remove(last);
                    replaced.remove(last);
                    if (same) {
                        break;
                    }
                }
            } else if (!tag.group(3).endsWith("/") && !empty.contains(name)) {
                names.add(name);
                replaced.add(tag.group(3).contains("th:text=") || tag.group(3).contains("th:replace="));
            }
        }
        return found;
    }

    private static Set<String> arguments(String text) {
        Set<String> numbers = new TreeSet<>();
        Matcher argument = ARGUMENT.matcher(text);
        while (argument.find()) {
            numbers.add(argument.group(1));
        }
        return numbers;
    }

    /** Those of {@code wanted} that have no text. */
    private Set<String> without(Set<String> wanted) {
        Set<String> missing = new TreeSet<>(wanted);
        missing.removeAll(keys());
        return missing;
    }

    private Set<String> keys() {
        return bundles.entrySet().stream()
                .filter(bundle -> !bundle.getKey().endsWith("_zh_CN"))
                .flatMap(bundle -> bundle.getValue().stringPropertyNames().stream())
                .collect(Collectors.toSet());
    }

    private static JavaClasses code() {
        return new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.opsdeck");
    }

    /** Java sources of all modules; the tests run in the folder of theirs. */
    private static List<Path> sources() throws IOException {
        List<Path> found = new ArrayList<>();
        try (Stream<Path> modules = Files.list(Path.of(".."))) {
            for (Path module : modules.map(each -> each.resolve("src/main/java"))
                    .filter(Files::isDirectory)
                    .toList()) {
                try (Stream<Path> files = Files.walk(module)) {
                    files.filter(file -> file.toString().endsWith(".java")).forEach(found::add);
                }
            }
        }
        return found;
    }

    private static Map<String, Properties> bundles() {
        Map<String, Properties> found = new TreeMap<>();
        for (Resource file : resources("classpath*:messages/*.properties")) {
            var texts = new Properties();
            try (var reader = new InputStreamReader(file.getInputStream(), StandardCharsets.UTF_8)) {
                texts.load(reader);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
            found.put(String.valueOf(file.getFilename()).replace(".properties", ""), texts);
        }
        return found;
    }

    /** All templates without their comments. */
    private static Map<String, String> templates() {
        Map<String, String> found = new TreeMap<>();
        for (Resource file : resources("classpath*:templates/**/*.html")) {
            String name = file.toString().replaceFirst(".*templates/", "").replace("]", "");
            found.put(name, read(file).replaceAll("(?s)<!--.*?-->", "").replace("<!DOCTYPE html>", ""));
        }
        assertThat(found).hasSizeGreaterThan(20);
        return found;
    }

    private static Resource[] resources(String pattern) {
        try {
            return new PathMatchingResourcePatternResolver().getResources(pattern);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String read(Resource file) {
        try {
            return file.getContentAsString(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
