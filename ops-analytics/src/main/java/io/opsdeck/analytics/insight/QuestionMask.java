package io.opsdeck.analytics.insight;

import io.opsdeck.analytics.event.EventDictionary;
import io.opsdeck.core.text.ContactMask;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A question as the audit trail keeps it: what a filter compares contact data or personal properties with is masked. */
@Component
public class QuestionMask {

    private static final Set<String> NAMES = Set.of("property", "trait", "of");
    private static final Set<String> VALUES = Set.of("value", "values");

    private final EventDictionary dictionary;

    QuestionMask(EventDictionary dictionary) {
        this.dictionary = dictionary;
    }

    /** @param question a typed query as JSON */
    public String mask(String question) {
        Set<String> personal =
                dictionary.personal().values().stream().flatMap(Set::stream).collect(Collectors.toSet());
        JsonNode masked = masked(
                JsonMapper.shared().readTree(question),
                name -> personal.contains(name) || ContactMask.isNameOfContact(name));
        return ContactMask.within(masked.toString());
    }

    private static JsonNode masked(JsonNode node, Predicate<String> hidden) {
        if (node.isArray()) {
            var array = JsonMapper.shared().createArrayNode();
            node.forEach(each -> array.add(masked(each, hidden)));
            return array;
        }
        if (!node.isObject()) {
            return node;
        }
        boolean asks = NAMES.stream().anyMatch(name -> isNamed(node.path(name), hidden));
        ObjectNode object = JsonMapper.shared().createObjectNode();
        node.forEachEntry((name, field) ->
                object.set(name, asks && VALUES.contains(name) ? whole(field) : masked(field, hidden)));
        return object;
    }

    private static boolean isNamed(JsonNode name, Predicate<String> hidden) {
        return name.isString()
                ? hidden.test(name.stringValue())
                : name.isArray()
                        && StreamSupport.stream(name.spliterator(), false).anyMatch(each -> isNamed(each, hidden));
    }

    private static JsonNode whole(JsonNode value) {
        if (value.isArray()) {
            var array = JsonMapper.shared().createArrayNode();
            value.forEach(each -> array.add(whole(each)));
            return array;
        }
        return value.isString() || value.isNumber()
                ? JsonMapper.shared().getNodeFactory().stringNode(ContactMask.whole(value.asString()))
                : value;
    }
}
