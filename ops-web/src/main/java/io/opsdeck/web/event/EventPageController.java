package io.opsdeck.web.event;

import io.opsdeck.analytics.event.EventDictionary;
import io.opsdeck.analytics.event.EventLog;
import io.opsdeck.analytics.event.LoggedEvent;
import io.opsdeck.analytics.event.PersonId;
import io.opsdeck.core.page.Page;
import io.opsdeck.core.security.Permission;
import io.opsdeck.web.security.Requires;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.util.UriComponentsBuilder;

/** Events as they arrived, newest first. */
@Controller
class EventPageController {

    private static final int PAGE = 50;

    private final EventLog log;
    private final EventDictionary dictionary;

    EventPageController(EventLog log, EventDictionary dictionary) {
        this.log = log;
        this.dictionary = dictionary;
    }

    @GetMapping("/events")
    @Requires(Permission.EVENT_READ)
    String list(
            @RequestParam(defaultValue = "") String event,
            @RequestParam(defaultValue = "") String who,
            @RequestParam(required = false) @Nullable String cursor,
            HttpServletRequest request,
            HttpServletResponse response,
            Model model) {
        response.addHeader("Vary", "HX-Request");
        Page<LoggedEvent> page = page(event, who.strip(), cursor);
        model.addAttribute("page", page);
        model.addAttribute(
                "next",
                page.next() == null
                        ? null
                        : UriComponentsBuilder.fromPath("/events")
                                .queryParam("event", "{event}")
                                .queryParam("who", "{who}")
                                .queryParam("cursor", "{cursor}")
                                .encode()
                                .buildAndExpand(event, who, page.next())
                                .toUriString());
        model.addAttribute("event", event);
        model.addAttribute("who", who);
        if (request.getHeader("HX-Request") != null) {
            return "event/list :: rows";
        }
        model.addAttribute("definitions", dictionary.events());
        return "event/list";
    }

    private Page<LoggedEvent> page(String event, String who, @Nullable String cursor) {
        String name = event.isEmpty() ? null : event;
        if (who.isEmpty()) {
            return log.newest(name, null, cursor, PAGE);
        }
        Optional<PersonId> person = log.findPerson(who);
        return person.isEmpty() ? new Page<>(List.of(), null) : log.newest(name, person.get(), cursor, PAGE);
    }
}
