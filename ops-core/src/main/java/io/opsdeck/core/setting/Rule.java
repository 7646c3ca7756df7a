package io.opsdeck.core.setting;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.springframework.boot.convert.DurationStyle;

/** What the value of a setting has to be. */
enum Rule {
    TEXT("a text", text -> true),
    PORT("a port, 1 to 65535", text -> isNumber(text, 1, 65_535)),
    COUNT("a whole number, 1 or more", text -> isNumber(text, 1, Integer.MAX_VALUE)),
    NUMBER("a whole number, 0 or more", text -> isNumber(text, 0, Long.MAX_VALUE)),
    SIZE("a size with its unit, such as 256MB", text -> text.matches("(?i)\\d+ ?(KB|MB|GB|KiB|MiB|GiB)")),
    SWITCH("true or false", text -> Set.of("true", "false").contains(text)),
    DURATION("a positive duration, such as 30m or 12h", Rule::isDuration),
    TIME("a time of the day, such as 03:00", text -> works(() -> LocalTime.parse(text))),
    ZONE("a time zone, such as Asia/Shanghai", text -> works(() -> ZoneId.of(text))),
    LOCALE("a language, such as zh-CN or en", text -> text.matches("[a-zA-Z]{2,3}(-[a-zA-Z]{2,4})?")),
    URL("an address of http or https, such as https://ops.example.com", Rule::isUrl),
    JDBC(
            "an address such as jdbc:postgresql://db.example.com:5432/opsdeck",
            text -> text.matches("jdbc:postgresql://[^/]+/[^/?]+(\\?.*)?")),
    SECURITY("starttls, tls or none", text -> Set.of("starttls", "tls", "none").contains(text)),
    SECRET("a secret that nobody guesses", text -> !isWellKnown(text)),
    KEYS(
            "32 random bytes in Base64, or several separated by commas; make one with: head -c 32 /dev/urandom | base64",
            Rule::areKeys),
    OWNER("mail:password, with a password that nobody guesses", Rule::isOwner),
    NETWORKS("names, addresses or networks such as 10.0.0.0/8, separated by commas", Rule::areNetworks);

    private static final Set<String> WELL_KNOWN = Set.of(
            "admin",
            "change-me",
            "change_me",
            "changeit",
            "changeme",
            "default",
            "example",
            "letmein",
            "opsdeck",
            "passw0rd",
            "password",
            "qwerty",
            "root",
            "secret",
            "test",
            "12345678",
            "123456789",
            "1234567890");
    private static final int KEY_BYTES = 32;

    /** Completes "should be …". */
    final String wanted;

    private final Predicate<String> holds;

    Rule(String wanted, Predicate<String> holds) {
        this.wanted = wanted;
        this.holds = holds;
    }

    boolean holds(String value) {
        return holds.test(value);
    }

    /** Whether the value must not be shown. */
    boolean isSecret() {
        return this == SECRET || this == KEYS || this == OWNER;
    }

    private static boolean isNumber(String text, long least, long most) {
        return text.matches("\\d{1,18}") && Long.parseLong(text) >= least && Long.parseLong(text) <= most;
    }

    private static boolean isDuration(String text) {
        return works(() -> {
            Duration duration = DurationStyle.detectAndParse(text);
            if (duration.isZero() || duration.isNegative()) {
                throw new IllegalArgumentException(text);
            }
        });
    }

    private static boolean isUrl(String text) {
        try {
            var uri = new URI(text);
            return Set.of("http", "https").contains(String.valueOf(uri.getScheme()))
                    && uri.getHost() != null
                    && uri.getQuery() == null
                    && uri.getFragment() == null;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static boolean isWellKnown(String text) {
        return WELL_KNOWN.contains(text.strip().toLowerCase(Locale.ROOT));
    }

    private static boolean areKeys(String text) {
        return Arrays.stream(text.split(",")).allMatch(Rule::isKey);
    }

    private static boolean isKey(String text) {
        try {
            byte[] key = Base64.getDecoder().decode(text.strip());
            return key.length == KEY_BYTES && IntStream.range(1, KEY_BYTES).anyMatch(i -> key[i] != key[0]);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean isOwner(String text) {
        int colon = text.indexOf(':');
        return colon > 0
                && text.substring(0, colon).contains("@")
                && colon < text.length() - 1
                && !isWellKnown(text.substring(colon + 1));
    }

    private static boolean areNetworks(String text) {
        return Arrays.stream(text.split(","))
                .map(String::strip)
                .allMatch(part -> part.matches("[\\w.:*-]+(/\\d{1,3})?"));
    }

    private static boolean works(Runnable reading) {
        try {
            reading.run();
            return true;
        } catch (DateTimeException | IllegalArgumentException e) {
            return false;
        }
    }
}
