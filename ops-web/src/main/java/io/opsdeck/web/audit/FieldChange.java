package io.opsdeck.web.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.springframework.context.MessageSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One changed field in words.
 *
 * @param before null where there was nothing before
 * @param after null where there is nothing any more
 */
public record FieldChange(
        String field, @Nullable String before, @Nullable String after) {

    /** The changes that the two JSON objects of an audit entry tell, by field. */
    static List<FieldChange> of(
            @Nullable String before, @Nullable String after, JsonMapper json, MessageSource messages, Locale locale) {
        JsonNode old = json.readTree(before == null ? "{}" : before);
        JsonNode fresh = json.readTree(after == null ? "{}" : after);
        Set<String> fields = new TreeSet<>(old.propertyNames());
        fields.addAll(fresh.propertyNames());
        List<FieldChange> changes = new ArrayList<>();
        for (String field : fields) {
            String label = text(messages, locale, "audit.field." + field, permission(messages, locale, field));
            changes.add(new FieldChange(
                    label,
                    value(field, old.get(field), messages, locale),
                    value(field, fresh.get(field), messages, locale)));
        }
        return changes;
    }

    private static @Nullable String value(
            String field, @Nullable JsonNode value, MessageSource messages, Locale locale) {
        if (value == null || value.isNull()) {
            return null;
        }
        if (value.isArray()) {
            return StreamSupport.stream(value.spliterator(), false)
                    .map(each -> word(field, each, messages, locale))
                    .collect(Collectors.joining(text(messages, locale, "audit.and", ", ")));
        }
        return word(field, value, messages, locale);
    }

    /** A value that has a text is shown by it: roles, kinds, permissions, yes and no. */
    private static String word(String field, JsonNode value, MessageSource messages, Locale locale) {
        if (value.isBoolean()) {
            return text(messages, locale, value.booleanValue() ? "audit.yes" : "audit.no", value.toString());
        }
        if (!value.isString()) {
            return value.toString();
        }
        String word = value.stringValue();
        return switch (field) {
            case "role" -> text(messages, locale, "role." + word, word);
            case "kind" -> text(messages, locale, "source.kind." + word.toLowerCase(Locale.ROOT), word);
            case "scopes" -> permission(messages, locale, word);
            default -> word;
        };
    }

    private static String permission(MessageSource messages, Locale locale, String key) {
        return text(messages, locale, "permission." + key.replace(':', '.'), key);
    }

    private static String text(MessageSource messages, Locale locale, String key, String otherwise) {
        return String.valueOf(messages.getMessage(key, null, otherwise, locale));
    }
}
