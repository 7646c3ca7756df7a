package io.opsdeck.web.view;

import io.opsdeck.web.people.ConditionWords;
import io.opsdeck.web.ui.Pages;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.context.MessageSource;
import org.springframework.stereotype.Component;

/** What a filter asks for, as somebody would say it: "Event: Order Completed · Person: u1". */
@Component
public class FilterWords {

    /** The text of a field of a page, by the parameter that carries it. */
    private static final Map<String, String> LABELS = Map.of(
            "people.who", "people.who",
            "people.sort", "people.sort",
            "events.event", "event.name",
            "events.who", "event.who",
            "quarantine.reason", "quarantine.reason",
            "audit.kind", "audit.kind",
            "audit.actor", "audit.actor");

    /** What the text of a value begins with, where values have texts. */
    private static final Map<String, String> VALUES = Map.of(
            "people.who", "people.who.",
            "people.sort", "people.sort.",
            "quarantine.reason", "fault.",
            "audit.kind", "audit.kind.");

    private final ConditionWords conditions;
    private final MessageSource messages;

    FilterWords(ConditionWords conditions, MessageSource messages) {
        this.conditions = conditions;
        this.messages = messages;
    }

    /** @param query the part of an address behind the question mark, in normal form */
    String of(Pages page, String query, Locale locale) {
        return Arrays.stream(query.split("&"))
                .map(field -> field(page, URLDecoder.decode(field, StandardCharsets.UTF_8), locale))
                .collect(Collectors.joining(" · "));
    }

    /** One field, such as {@code f=plan:eq:pro}, without the encoding of addresses. */
    public String field(Pages page, String field, Locale locale) {
        int cut = field.indexOf('=');
        String name = cut < 0 ? field : field.substring(0, cut);
        String value = field.substring(cut + 1);
        if (page == Pages.PEOPLE && name.equals("f")) {
            return conditions.of(value, locale).sentence();
        }
        String place = page.key() + "." + name;
        String label = messages.getMessage(LABELS.getOrDefault(place, "ui.search.short"), null, locale);
        String texts = VALUES.get(place);
        String word = texts == null ? value : messages.getMessage(texts + value, null, value, locale);
        return messages.getMessage("view.field", new Object[] {label, word}, locale);
    }
}
