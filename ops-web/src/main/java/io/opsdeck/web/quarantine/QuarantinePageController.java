package io.opsdeck.web.quarantine;

import io.opsdeck.analytics.event.EventError;
import io.opsdeck.analytics.event.EventFault;
import io.opsdeck.analytics.event.Quarantine;
import io.opsdeck.analytics.event.Quarantine.QuarantinedEvent;
import io.opsdeck.analytics.event.Quarantine.Replay;
import io.opsdeck.analytics.event.QuarantinedEventId;
import io.opsdeck.core.member.Access;
import io.opsdeck.core.page.Page;
import io.opsdeck.core.security.Permission;
import io.opsdeck.web.people.ContactSight;
import io.opsdeck.web.security.Caller;
import io.opsdeck.web.security.PageController;
import io.opsdeck.web.security.Requires;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.util.UriComponentsBuilder;

/** Events that could not be stored: why, and what to do with them. */
@PageController
class QuarantinePageController {

    private static final int PAGE = 50;

    private final Quarantine quarantine;
    private final ContactSight sight;

    QuarantinePageController(Quarantine quarantine, ContactSight sight) {
        this.quarantine = quarantine;
        this.sight = sight;
    }

    @GetMapping("/quarantine")
    @Requires(Permission.EVENT_READ)
    String list(
            @RequestParam(defaultValue = "") String reason,
            @RequestParam(required = false) @Nullable String cursor,
            HttpServletRequest request,
            HttpServletResponse response,
            Model model) {
        response.addHeader("Vary", "HX-Request");
        Page<QuarantinedEvent> page = quarantine.page(fault(reason), cursor, PAGE);
        Access access = Caller.require(request);
        model.addAttribute("page", page);
        model.addAttribute(
                "raw",
                page.data().stream()
                        .collect(Collectors.toMap(QuarantinedEvent::id, event -> sight.raw(event.raw(), access))));
        model.addAttribute(
                "next",
                page.next() == null
                        ? null
                        : UriComponentsBuilder.fromPath("/quarantine")
                                .queryParam("reason", reason)
                                .queryParam("cursor", page.next())
                                .toUriString());
        model.addAttribute("reason", reason);
        model.addAttribute("reasons", quarantine.reasons());
        model.addAttribute("mayManage", access.may(Permission.QUARANTINE_MANAGE));
        return request.getHeader("HX-Request") == null ? "quarantine/list" : "quarantine/list :: rows";
    }

    /** An unknown reason is no filter. */
    static @Nullable EventFault fault(String reason) {
        return Arrays.stream(EventFault.values())
                .filter(fault -> fault.code().equals(reason))
                .findFirst()
                .orElse(null);
    }

    @PostMapping("/quarantine/{id}/replay")
    @Requires(Permission.QUARANTINE_MANAGE)
    String replay(@PathVariable String id) {
        Replay replay = quarantine.replay(List.of(QuarantinedEventId.of(id)));
        if (replay.stored() + replay.stillRefused() == 0) {
            throw EventError.QUARANTINED_EVENT_NOT_FOUND.exception();
        }
        return replay.stored() == 1 ? "redirect:/quarantine?replayed=true" : "redirect:/quarantine?replayed=false";
    }

    @PostMapping("/quarantine/{id}/discard")
    @Requires(Permission.QUARANTINE_MANAGE)
    String discard(@PathVariable String id) {
        if (quarantine.discard(List.of(QuarantinedEventId.of(id))) == 0) {
            throw EventError.QUARANTINED_EVENT_NOT_FOUND.exception();
        }
        return "redirect:/quarantine";
    }
}
