package io.opsdeck.core.scim;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The one kind of filter that identity providers send when they look for a resource: an attribute that equals a text.
 *
 * @param attribute in small letters
 */
public record ScimFilter(String attribute, String value) {

    private static final Pattern EQUALS = Pattern.compile(
            "\\s*(?:urn:[\\w:.-]+:)?([\\w.$]+(?:\\[[^\\]]*\\](?:\\.\\w+)?)?)\\s+eq\\s+\"((?:[^\"\\\\]|\\\\.)*)\"\\s*",
            Pattern.CASE_INSENSITIVE);

    private static final Map<String, String> SAME =
            Map.of("emails", "emails.value", "emails[type eq \"work\"].value", "emails.value");

    public static ScimFilter of(String text) {
        Matcher matcher = EQUALS.matcher(text);
        if (!matcher.matches()) {
            throw ScimError.SCIM_FILTER.exception(text);
        }
        String attribute = matcher.group(1).toLowerCase(Locale.ROOT);
        return new ScimFilter(
                SAME.getOrDefault(attribute, attribute), matcher.group(2).replaceAll("\\\\(.)", "$1"));
    }
}
