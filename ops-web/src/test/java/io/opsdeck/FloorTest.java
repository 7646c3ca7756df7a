package io.opsdeck;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * FLOOR-1: no library is older than the version that closed what is known against it, and the libraries that are
 * attacked most come in the version of the framework or a newer one. The versions are those of the list that the build
 * puts into the jar.
 */
class FloorTest {

    private static final Map<String, String> RESOLVED = resolved();

    @ParameterizedTest
    @CsvSource({
        "org.springframework.boot:spring-boot, 4.1.0",
        // CVE-2026-22753: chains that matched no request.
        "org.springframework.security:spring-security-web, 7.0.5",
        // CVE-2026-40477, -40478, -41901: expressions out of the sandbox.
        "org.thymeleaf:thymeleaf, 3.1.5",
        "org.thymeleaf:thymeleaf-spring6, 3.1.5",
        // What Spring Boot 4.1.0 brings.
        "org.postgresql:postgresql, 42.7.11",
        "tools.jackson.core:jackson-databind, 3.1.4",
        "org.apache.tomcat.embed:tomcat-embed-core, 11.0.22",
    })
    void noLibraryIsOlderThanItsFloor(String library, String floor) {
        assertThat(RESOLVED).containsKey(library);
        assertThat(compare(requireNonNull(RESOLVED.get(library)), floor))
                .as("%s %s is older than %s", library, RESOLVED.get(library), floor)
                .isNotNegative();
    }

    @Test
    void htmxIsOfItsStableLine() throws IOException {
        Matcher version = Pattern.compile("version:\"(\\d[^\"]*)\"").matcher(text("static/vendor/htmx.min.js"));

        assertThat(version.find()).isTrue();
        assertThat(version.group(1)).startsWith("2.0.");
        assertThat(compare(version.group(1), "2.0.10")).isNotNegative();
    }

    @Test
    void versionsAreComparedByNumber() {
        assertThat(compare("3.1.10", "3.1.5")).isPositive();
        assertThat(compare("3.1.4.RELEASE", "3.1.5")).isNegative();
        assertThat(compare("3.1.5.RELEASE", "3.1.5")).isZero();
        assertThat(compare("4.1", "4.1.0")).isZero();
        assertThat(compare("20260101.1", "20260101.1")).isZero();
    }

    private static int compare(String one, String other) {
        int[] a = numbers(one);
        int[] b = numbers(other);
        for (int i = 0; i < Math.max(a.length, b.length); i++) {
            int order = Integer.compare(i < a.length ? a[i] : 0, i < b.length ? b[i] : 0);
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    /** The numbers at the beginning; what follows them names a release. */
    private static int[] numbers(String version) {
        Matcher start = Pattern.compile("\\d+(\\.\\d+)*").matcher(version);
        assertThat(start.lookingAt()).as(version).isTrue();
        return Pattern.compile("\\.")
                .splitAsStream(start.group())
                .mapToInt(Integer::parseInt)
                .toArray();
    }

    private static Map<String, String> resolved() {
        try {
            var versions = new HashMap<String, String>();
            for (JsonNode each : new JsonMapper()
                    .readTree(text("META-INF/sbom/application.cdx.json"))
                    .path("components")) {
                versions.put(
                        each.path("group").asString("") + ":"
                                + each.path("name").asString(""),
                        each.path("version").asString(""));
            }
            return versions;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String text(String resource) throws IOException {
        try (InputStream in =
                requireNonNull(FloorTest.class.getClassLoader().getResourceAsStream(resource), resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
