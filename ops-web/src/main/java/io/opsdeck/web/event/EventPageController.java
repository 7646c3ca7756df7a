package io.opsdeck.web.event;

import io.opsdeck.analytics.event.EventDictionary;
import io.opsdeck.analytics.event.EventLog;
import io.opsdeck.analytics.event.LoggedEvent;
import io.opsdeck.core.member.Access;
import io.opsdeck.core.page.Page;
import io.opsdeck.core.security.Permission;
import io.opsdeck.web.people.ContactSight;
import io.opsdeck.web.security.Caller;
import io.opsdeck.web.security.PageController;
import io.opsdeck.web.security.Requires;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import org.springframework.web.util.UriComponentsBuilder;

/** Events as they arrived, newest first. */
@PageController
class EventPageController {

    private static final int PAGE = 50;

    private final EventLog log;
    private final EventDictionary dictionary;
    private final LiveEvents live;
    private final ContactSight sight;
    private final EventList events;

    EventPageController(
            EventLog log, EventDictionary dictionary, LiveEvents live, ContactSight sight, EventList events) {
        this.log = log;
        this.dictionary = dictionary;
        this.live = live;
        this.sight = sight;
        this.events = events;
    }

    /** The newest events; the page asks again whenever {@link #signals} says so. */
    @GetMapping("/stream")
    @Requires(Permission.EVENT_READ)
    String stream(HttpServletRequest request, HttpServletResponse response, Model model) {
        response.addHeader("Vary", "HX-Request");
        model.addAttribute("page", sight.events(log.newest(null, null, null, PAGE), Caller.require(request)));
        return request.getHeader("HX-Request") == null ? "event/stream" : "event/list :: rows";
    }

    /** Server-sent events: {@code events} means that newer ones are there. */
    @GetMapping(path = "/stream/signals", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    @Requires(Permission.EVENT_READ)
    SseEmitter signals(HttpServletRequest request) {
        return live.open(Caller.require(request).workspace());
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
        Access access = Caller.require(request);
        Page<LoggedEvent> page = events.page(event, who, cursor, PAGE, access);
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
        model.addAttribute("names", names(event));
        return "event/list";
    }

    /** The most frequent names, and the chosen one; the others are found by typing. */
    private List<String> names(String chosen) {
        return Stream.concat(Stream.of(chosen), dictionary.names().stream().limit(PAGE))
                .filter(name -> !name.isEmpty())
                .distinct()
                .toList();
    }
}
