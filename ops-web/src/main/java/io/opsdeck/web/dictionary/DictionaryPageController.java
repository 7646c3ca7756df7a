package io.opsdeck.web.dictionary;

import io.opsdeck.analytics.event.EventDictionary;
import io.opsdeck.analytics.event.EventDictionary.DailyVolume;
import io.opsdeck.analytics.event.EventDictionary.EventDefinition;
import io.opsdeck.analytics.event.EventError;
import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.security.Permission;
import io.opsdeck.web.security.Caller;
import io.opsdeck.web.security.PageController;
import io.opsdeck.web.security.Requires;
import io.opsdeck.web.ui.PaletteQuery;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.context.MessageSource;
import org.springframework.http.MediaType;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseBody;
import tools.jackson.databind.json.JsonMapper;

/** What events there are, what they carry, and what the team says about them. */
@PageController
class DictionaryPageController {

    private static final int DAYS = 30;
    private static final int MOST_NAMES = 50;

    private final EventDictionary dictionary;
    private final MessageSource messages;
    private final Clock clock;
    private final JsonMapper json;

    DictionaryPageController(EventDictionary dictionary, MessageSource messages, Clock clock, JsonMapper json) {
        this.dictionary = dictionary;
        this.messages = messages;
        this.clock = clock;
        this.json = json;
    }

    @GetMapping("/dictionary")
    @Requires(Permission.EVENT_READ)
    String list(@RequestParam(defaultValue = "") String q, Model model) {
        model.addAttribute("q", q);
        model.addAttribute("events", matching(dictionary, q));
        return "dictionary/list";
    }

    static List<EventDefinition> matching(EventDictionary dictionary, String q) {
        String wanted = q.strip().toLowerCase(Locale.ROOT);
        return dictionary.events().stream()
                .filter(event -> event.name().toLowerCase(Locale.ROOT).contains(wanted))
                .toList();
    }

    /** Names of events that fit what somebody types into a filter, the best first. */
    @GetMapping(path = "/dictionary/names", produces = MediaType.APPLICATION_JSON_VALUE)
    @ResponseBody
    @Requires(Permission.EVENT_READ)
    List<String> names(@RequestParam(defaultValue = "") String q, HttpServletRequest request, Locale locale) {
        PaletteQuery query = PaletteQuery.of(q, Caller.require(request), locale);
        return dictionary.names().stream()
                .filter(name -> query.fit(name) > 0)
                .sorted(Comparator.comparing((String name) -> query.fit(name)).reversed())
                .limit(MOST_NAMES)
                .toList();
    }

    /** Event names are free text, so the name travels as a parameter. */
    @GetMapping("/dictionary/event")
    @Requires(Permission.EVENT_READ)
    String event(@RequestParam String name, HttpServletRequest request, Locale locale, Model model) {
        EventDefinition event = require(name);
        model.addAttribute("event", event);
        model.addAttribute("properties", dictionary.properties(name));
        model.addAttribute("statuses", EventDictionary.Status.values());
        model.addAttribute("mayEdit", Caller.require(request).may(Permission.DICTIONARY_MANAGE));
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        Map<LocalDate, Long> volume = dictionary.volume(name, today.minusDays(DAYS - 1)).stream()
                .collect(Collectors.toMap(DailyVolume::day, DailyVolume::count));
        Map<String, Long> days = new LinkedHashMap<>();
        for (int back = DAYS - 1; back >= 0; back--) {
            LocalDate day = today.minusDays(back);
            days.put(day.toString(), volume.getOrDefault(day, 0L));
        }
        String label = messages.getMessage("dictionary.volume", null, locale);
        model.addAttribute("days", days);
        model.addAttribute(
                "chart",
                json.writeValueAsString(Map.of(
                        "desc",
                        label,
                        "x",
                        List.copyOf(days.keySet()),
                        "s",
                        List.of(Map.of("n", name, "v", List.copyOf(days.values()), "open", true)))));
        return "dictionary/event";
    }

    @PostMapping("/dictionary/event")
    @Requires(Permission.DICTIONARY_MANAGE)
    String describe(@RequestParam String name, @RequestParam String status, @RequestParam String description) {
        EventDefinition event = require(name);
        EventDictionary.Status chosen = Arrays.stream(EventDictionary.Status.values())
                .filter(each -> each.name().equals(status))
                .findFirst()
                .orElseThrow(() -> CoreError.INVALID_VALUE.at("/status", status));
        dictionary.describe(name, chosen, event.owner(), description.strip());
        return "redirect:/dictionary";
    }

    private EventDefinition require(String name) {
        return dictionary.events().stream()
                .filter(event -> event.name().equals(name))
                .findFirst()
                .orElseThrow(() -> EventError.EVENT_DEFINITION_NOT_FOUND.exception(name));
    }
}
