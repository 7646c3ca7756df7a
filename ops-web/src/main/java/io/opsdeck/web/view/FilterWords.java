package io.opsdeck.web.view;

import static java.util.Map.entry;

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
    private static final Map<String, String> LABELS = Map.ofEntries(
            entry("people.who", "people.who"),
            entry("people.sort", "people.sort"),
            entry("events.event", "event.name"),
            entry("events.who", "event.who"),
            entry("quarantine.reason", "quarantine.reason"),
            entry("audit.kind", "audit.kind"),
            entry("audit.actor", "audit.actor"),
            entry("audit.object", "audit.object"),
            entry("audit.from", "audit.from"),
            entry("audit.to", "audit.to"),
            entry("audit.q", "audit.q"),
            entry("audit.failed", "audit.failed"),
            entry("jobs.kind", "job.kind"),
            entry("jobs.state", "job.state"),
            entry("outbound.state", "outbound.state"),
            entry("outbound.where", "outbound.where"));

    /** What the text of a value begins with, where values have texts. */
    private static final Map<String, String> VALUES = Map.of(
            "people.who", "people.who.",
            "people.sort", "people.sort.",
            "quarantine.reason", "fault.",
            "audit.kind", "audit.kind.",
            "jobs.kind", "job.kind.",
            "jobs.state", "job.state.",
            "outbound.state", "outbound.state.");

    private final ConditionWords conditions;
    private final MessageSource messages;

    FilterWords(ConditionWords conditions, MessageSource messages) {
        this.conditions = conditions;
        this.messages = messages;
    }

    /** @param query the part of an address behind the question mark, in normal form */
    public String of(Pages page, String query, Locale locale) {
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
        if (place.equals("audit.failed")) {
            return label;
        }
        String texts = place.equals("audit.kind") && value.contains(".") ? "audit.action." : VALUES.get(place);
        String word = texts == null ? value : messages.getMessage(texts + value, null, value, locale);
        return messages.getMessage("view.field", new Object[] {label, word}, locale);
    }
}
