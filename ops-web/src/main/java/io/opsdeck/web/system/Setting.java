package io.opsdeck.web.system;

import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;

/**
 * A setting as it is in force.
 *
 * @param value null where it is a secret
 * @param given whether a secret has a value
 */
record Setting(String name, @Nullable String value, boolean given) {

    private static final String OURS = "opsdeck.";

    /** What may be a secret, or hold one. */
    private static final Pattern SECRET = Pattern.compile(
            "(?:key|secret|password|passphrase|token|credential|owner|user|url|webhook)", Pattern.CASE_INSENSITIVE);

    private static final String ADDRESS = "opsdeck.base-url";

    /** Those of Opsdeck's own, by name. */
    static List<Setting> of(ConfigurableEnvironment environment) {
        return environment.getPropertySources().stream()
                .filter(EnumerablePropertySource.class::isInstance)
                .flatMap(source -> List.of(((EnumerablePropertySource<?>) source).getPropertyNames()).stream())
                .filter(name -> name.startsWith(OURS))
                .distinct()
                .map(name -> of(name, environment.getProperty(name, "")))
                .sorted(Comparator.comparing(Setting::name))
                .toList();
    }

    static Setting of(String name, String value) {
        boolean secret = !name.equals(ADDRESS)
                && SECRET.matcher(name.substring(OURS.length())).find();
        return new Setting(name, secret ? null : value, !value.isBlank());
    }
}
