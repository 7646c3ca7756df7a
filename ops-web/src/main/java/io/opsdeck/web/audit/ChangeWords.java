package io.opsdeck.web.audit;

import io.opsdeck.web.ui.Pages;
import io.opsdeck.web.view.FilterWords;
import java.text.NumberFormat;
import java.time.DayOfWeek;
import java.time.format.TextStyle;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.springframework.context.MessageSource;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Says what an entry of the audit trail changed. */
@Component
class ChangeWords {

    private static final int MOST_LEAVES = 40;

    private final MessageSource messages;
    private final FilterWords filters;
    private final JsonMapper json;

    ChangeWords(MessageSource messages, FilterWords filters, JsonMapper json) {
        this.messages = messages;
        this.filters = filters;
        this.json = json;
    }

    /** The changes that the two JSON objects of an entry tell, by field. */
    List<FieldChange> of(@Nullable String before, @Nullable String after, Locale locale) {
        JsonNode nothing = json.createObjectNode();
        JsonNode old = json.readTree(before == null ? "{}" : before);
        JsonNode fresh = json.readTree(after == null ? "{}" : after);
        Pages page = Pages.find(fresh.path("page").asString(old.path("page").asString("")))
                .orElse(null);
        Set<String> fields = new TreeSet<>(old.propertyNames());
        fields.addAll(fresh.propertyNames());
        List<FieldChange> changes = new ArrayList<>();
        for (String field : fields) {
            String label = text("audit.field." + field, permission(field, locale), locale);
            Optional<JsonNode> oldTree = tree(old.get(field));
            Optional<JsonNode> freshTree = tree(fresh.get(field));
            if ((oldTree.isPresent() || !old.hasNonNull(field))
                    && (freshTree.isPresent() || !fresh.hasNonNull(field))) {
                changes.addAll(leaves(label, oldTree.orElse(nothing), freshTree.orElse(nothing)));
            } else {
                changes.add(new FieldChange(
                        label,
                        value(field, old.get(field), page, locale),
                        value(field, fresh.get(field), page, locale)));
            }
        }
        return changes;
    }

    /** An object, also one that is kept as a text, such as the question of an insight. */
    private Optional<JsonNode> tree(@Nullable JsonNode value) {
        if (value == null || value.isObject()) {
            return Optional.ofNullable(value);
        }
        if (!value.isString() || !value.stringValue().startsWith("{")) {
            return Optional.empty();
        }
        try {
            return Optional.of(json.readTree(value.stringValue())).filter(JsonNode::isObject);
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    /** Where two objects differ, each place by its path. */
    private static List<FieldChange> leaves(String label, JsonNode old, JsonNode fresh) {
        Map<String, String> before = new TreeMap<>();
        Map<String, String> after = new TreeMap<>();
        collect("", old, before);
        collect("", fresh, after);
        Set<String> paths = new TreeSet<>(before.keySet());
        paths.addAll(after.keySet());
        return paths.stream()
                .filter(path -> !Objects.equals(before.get(path), after.get(path)))
                .limit(MOST_LEAVES)
                .map(path -> new FieldChange(label + " › " + path, before.get(path), after.get(path)))
                .toList();
    }

    private static void collect(String path, JsonNode value, Map<String, String> leaves) {
        if (value.isObject() && !value.isEmpty()) {
            value.propertyNames()
                    .forEach(name -> collect(path.isEmpty() ? name : path + "." + name, value.path(name), leaves));
        } else if (value.isArray() && !value.isEmpty()) {
            for (int i = 0; i < value.size(); i++) {
                collect(path + "[" + (i + 1) + "]", value.path(i), leaves);
            }
        } else if (!path.isEmpty()) {
            leaves.put(path, value.isString() ? value.stringValue() : value.toString());
        }
    }

    private @Nullable String value(String field, @Nullable JsonNode value, @Nullable Pages page, Locale locale) {
        if (value == null || value.isNull()) {
            return null;
        }
        if (value.isArray()) {
            return StreamSupport.stream(value.spliterator(), false)
                    .map(each -> word(field, each, page, locale))
                    .collect(Collectors.joining(field.equals("filter") ? " · " : text("audit.and", ", ", locale)));
        }
        return word(field, value, page, locale);
    }

    /** A value that has a text is shown by it: roles, kinds, permissions, yes and no. */
    private String word(String field, JsonNode value, @Nullable Pages page, Locale locale) {
        if (value.isBoolean()) {
            return text(value.booleanValue() ? "audit.yes" : "audit.no", value.toString(), locale);
        }
        if (value.isNumber()) {
            return NumberFormat.getInstance(locale).format(value.decimalValue());
        }
        if (!value.isString()) {
            return value.toString();
        }
        String word = value.stringValue();
        return switch (field) {
            case "role" -> text("role." + word, word, locale);
            case "kind" ->
                text(
                        "source.kind." + word.toLowerCase(Locale.ROOT),
                        text("import.kind." + word, text("outbound.kind." + word, word, locale), locale),
                        locale);
            case "types" -> text("webhook.type." + word, word, locale);
            case "reason" -> text("webhook.disabled." + word, word, locale);
            case "as" -> text("audit.resolution." + word, word, locale);
            case "scopes" -> permission(word, locale);
            case "page" -> text("nav." + word, word, locale);
            case "filter" -> page == null ? word : filters.field(page, word, locale);
            case "weekStart" -> DayOfWeek.valueOf(word).getDisplayName(TextStyle.FULL, locale);
            case "locale" -> text("ui.language." + Locale.forLanguageTag(word).getLanguage(), word, locale);
            default -> word;
        };
    }

    private String permission(String key, Locale locale) {
        return text("permission." + key.replace(':', '.'), key, locale);
    }

    private String text(String key, String otherwise, Locale locale) {
        return String.valueOf(messages.getMessage(key, null, otherwise, locale));
    }
}
