package io.opsdeck.web.event;

import io.opsdeck.analytics.event.EventLog;
import io.opsdeck.analytics.event.LoggedEvent;
import io.opsdeck.analytics.event.PersonId;
import io.opsdeck.analytics.event.Quarantine;
import io.opsdeck.analytics.event.Quarantine.QuarantinedEvent;
import io.opsdeck.core.member.Access;
import io.opsdeck.core.page.Page;
import io.opsdeck.core.security.Permission;
import io.opsdeck.web.api.Limits;
import io.opsdeck.web.people.ContactSight;
import io.opsdeck.web.security.Caller;
import io.opsdeck.web.security.Requires;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Events and quarantine over REST, newest first. */
@RestController
@RequestMapping(path = "/api/v1", produces = MediaType.APPLICATION_JSON_VALUE)
class EventApiController {

    private final EventLog log;
    private final Quarantine quarantine;
    private final ContactSight sight;
    private final JsonMapper json;

    EventApiController(EventLog log, Quarantine quarantine, ContactSight sight, JsonMapper json) {
        this.log = log;
        this.quarantine = quarantine;
        this.sight = sight;
        this.json = json;
    }

    @GetMapping("/events")
    @Requires(Permission.EVENT_READ)
    Page<EventBody> events(
            @RequestParam(required = false) @Nullable String limit,
            @RequestParam(required = false) @Nullable String cursor,
            @RequestParam(required = false) @Nullable String event,
            @RequestParam(required = false) @Nullable String profile,
            HttpServletRequest request) {
        PersonId person = profile == null ? null : PersonId.of(profile);
        Page<LoggedEvent> page =
                sight.events(log.newest(event, person, cursor, Limits.of(limit)), Caller.require(request));
        return new Page<>(page.data().stream().map(this::body).toList(), page.next());
    }

    @GetMapping("/quarantine")
    @Requires(Permission.EVENT_READ)
    Page<QuarantinedBody> quarantine(
            @RequestParam(required = false) @Nullable String limit,
            @RequestParam(required = false) @Nullable String cursor,
            HttpServletRequest request) {
        Access access = Caller.require(request);
        Page<QuarantinedEvent> page = quarantine.page(null, cursor, Limits.of(limit));
        return new Page<>(
                page.data().stream()
                        .map(event -> QuarantinedBody.of(event, sight.raw(event.raw(), access)))
                        .toList(),
                page.next());
    }

    private EventBody body(LoggedEvent event) {
        return new EventBody(
                event.messageId(),
                event.type(),
                event.name(),
                event.person().toString(),
                event.userId(),
                event.anonymousId(),
                event.source().toString(),
                event.at(),
                event.receivedAt(),
                json.readTree(event.props()),
                json.readTree(event.context()));
    }

    /** An event on the wire. */
    record EventBody(
            String messageId,
            String type,
            String event,
            String profileId,
            @Nullable String userId,
            @Nullable String anonymousId,
            String sourceId,
            Instant timestamp,
            Instant receivedAt,
            JsonNode properties,
            JsonNode context) {}

    /** An event that waits in quarantine; {@code raw} is the text as it was sent. */
    record QuarantinedBody(
            String id,
            String sourceId,
            String messageId,
            String reason,
            @Nullable String pointer,
            String raw,
            Instant receivedAt) {

        static QuarantinedBody of(QuarantinedEvent event, String raw) {
            return new QuarantinedBody(
                    event.id().toString(),
                    event.source().toString(),
                    event.messageId(),
                    event.reason().code(),
                    event.pointer(),
                    raw,
                    event.receivedAt());
        }
    }
}
