package io.opsdeck.web.audit;

import java.text.Collator;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.context.MessageSource;

/**
 * Actions on one kind of thing, for the filter.
 *
 * @param key the first word of the actions
 */
record ActionGroup(String key, String text, List<Action> actions) {

    /** One of them. */
    record Action(String key, String text) {}

    /** The groups of these actions, by their texts. */
    static List<ActionGroup> of(List<String> keys, MessageSource messages, Locale locale) {
        Collator order = Collator.getInstance(locale);
        Map<String, List<Action>> byGroup = new TreeMap<>();
        for (String key : keys) {
            String text = messages.getMessage("audit.action." + key, null, key, locale);
            byGroup.computeIfAbsent(group(key), group -> new ArrayList<>()).add(new Action(key, String.valueOf(text)));
        }
        return byGroup.entrySet().stream()
                .map(group -> new ActionGroup(
                        group.getKey(),
                        String.valueOf(
                                messages.getMessage("audit.kind." + group.getKey(), null, group.getKey(), locale)),
                        group.getValue().stream()
                                .sorted(Comparator.comparing(Action::text, order))
                                .toList()))
                .sorted(Comparator.comparing(ActionGroup::text, order))
                .toList();
    }

    private static String group(String key) {
        int cut = key.indexOf('.');
        return cut < 0 ? key : key.substring(0, cut);
    }
}
