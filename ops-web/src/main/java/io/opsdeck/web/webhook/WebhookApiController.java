package io.opsdeck.web.webhook;

import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.member.Access;
import io.opsdeck.core.outbound.Outbound;
import io.opsdeck.core.outbound.Outbound.AttemptView;
import io.opsdeck.core.outbound.Outbound.DeliveryFilter;
import io.opsdeck.core.outbound.Outbound.DeliveryView;
import io.opsdeck.core.outbound.OutboundError;
import io.opsdeck.core.outbound.OutboundId;
import io.opsdeck.core.outbound.OutboundState;
import io.opsdeck.core.page.Page;
import io.opsdeck.core.security.Permission;
import io.opsdeck.core.text.TextHygiene;
import io.opsdeck.core.webhook.EndpointId;
import io.opsdeck.core.webhook.EndpointSettings;
import io.opsdeck.core.webhook.WebhookType;
import io.opsdeck.core.webhook.Webhooks;
import io.opsdeck.core.webhook.Webhooks.EndpointView;
import io.opsdeck.core.webhook.Webhooks.NewEndpoint;
import io.opsdeck.web.api.EntityTags;
import io.opsdeck.web.api.Limits;
import io.opsdeck.web.api.MergePatch;
import io.opsdeck.web.api.Versioned;
import io.opsdeck.web.outbound.DeliverySight;
import io.opsdeck.web.security.Caller;
import io.opsdeck.web.security.Requires;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** Webhooks over REST. */
@RestController
@RequestMapping(path = "/api/v1/webhooks", produces = MediaType.APPLICATION_JSON_VALUE)
class WebhookApiController {

    /** Those that a patch may change. */
    private static final Set<String> FIELDS = Set.of("url", "description", "events", "personal", "contact", "enabled");

    private final Webhooks webhooks;
    private final Outbound outbound;
    private final DeliverySight sight;
    private final EntityTags tags;

    WebhookApiController(Webhooks webhooks, Outbound outbound, DeliverySight sight, EntityTags tags) {
        this.webhooks = webhooks;
        this.outbound = outbound;
        this.sight = sight;
        this.tags = tags;
    }

    @GetMapping
    @Requires(Permission.WEBHOOK_MANAGE)
    Page<EndpointBody> list() {
        return new Page<>(webhooks.list().stream().map(EndpointBody::of).toList(), null);
    }

    /** The events that are sent to endpoints. */
    @GetMapping("/events")
    @Requires(Permission.WEBHOOK_MANAGE)
    Page<String> events() {
        return new Page<>(webhooks.types().stream().map(WebhookType::key).toList(), null);
    }

    @PostMapping
    @Requires(Permission.WEBHOOK_MANAGE)
    ResponseEntity<Created> create(@RequestBody NewEndpointBody body, HttpServletRequest request) {
        var settings = new EndpointSettings(
                clean(body.url()),
                clean(body.description()),
                body.events() == null ? List.of() : body.events(),
                Boolean.TRUE.equals(body.personal()),
                body.contact());
        sight.requireMaySet(settings, Caller.require(request));
        NewEndpoint made = webhooks.create(settings);
        return ResponseEntity.created(URI.create("/api/v1/webhooks/" + made.id()))
                .body(new Created(made.id().toString(), made.secret()));
    }

    @GetMapping("/{id}")
    @Requires(Permission.WEBHOOK_MANAGE)
    @Versioned
    ResponseEntity<EndpointBody> one(@PathVariable String id) {
        return tags.answer(EndpointBody.of(webhooks.require(EndpointId.of(id))));
    }

    /** A merge patch: what is absent stays, null takes it away. */
    @PatchMapping("/{id}")
    @Requires(Permission.WEBHOOK_MANAGE)
    @Versioned
    ResponseEntity<EndpointBody> change(
            @PathVariable String id, @RequestBody JsonNode body, HttpServletRequest request) {
        EndpointId endpoint = EndpointId.of(id);
        var patch = MergePatch.of(body, FIELDS);
        EndpointView before = webhooks.require(endpoint);
        tags.check(request, EndpointBody.of(before));
        EndpointSettings now = before.settings();
        var next = new EndpointSettings(
                patch.text("url", now.url()),
                patch.text("description", now.description()),
                patch.texts("events", now.types()),
                patch.flag("personal", now.personal()),
                patch.text("contact", now.contact() == null ? "" : now.contact()));
        boolean enabled = patch.flag("enabled", before.enabled());
        if (!next.equals(now)) {
            sight.requireMaySet(next, Caller.require(request));
            webhooks.change(endpoint, next);
        }
        if (enabled && !before.enabled()) {
            webhooks.enable(endpoint);
        }
        if (!enabled && before.enabled()) {
            webhooks.disable(endpoint);
        }
        return one(id);
    }

    @DeleteMapping("/{id}")
    @Requires(Permission.WEBHOOK_MANAGE)
    @Versioned
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(@PathVariable String id, HttpServletRequest request) {
        EndpointId endpoint = EndpointId.of(id);
        tags.check(request, EndpointBody.of(webhooks.require(endpoint)));
        webhooks.remove(endpoint);
    }

    /** For 24 hours, messages are signed with the secret before as well. */
    @PostMapping("/{id}/rotate")
    @Requires(Permission.WEBHOOK_MANAGE)
    Created rotate(@PathVariable String id) {
        EndpointId endpoint = EndpointId.of(id);
        return new Created(endpoint.toString(), webhooks.rotateSecret(endpoint));
    }

    @PostMapping("/{id}/ping")
    @Requires(Permission.WEBHOOK_MANAGE)
    ResponseEntity<DeliveryBody> ping(@PathVariable String id) {
        return planned(id, webhooks.ping(EndpointId.of(id)));
    }

    /** Newest first. */
    @GetMapping("/{id}/deliveries")
    @Requires(Permission.WEBHOOK_MANAGE)
    Page<DeliveryBody> deliveries(
            @PathVariable String id,
            @RequestParam(required = false) @Nullable String state,
            @RequestParam(required = false) @Nullable String limit,
            @RequestParam(required = false) @Nullable String cursor) {
        EndpointId endpoint = webhooks.require(EndpointId.of(id)).id();
        var filter = new DeliveryFilter(Webhooks.KIND, endpoint.toString(), state(state), null, null);
        Page<DeliveryView> page = outbound.page(filter, cursor, Limits.of(limit));
        return new Page<>(page.data().stream().map(DeliveryBody::of).toList(), page.next());
    }

    /** A delivery with its attempts, oldest first. */
    @GetMapping("/{id}/deliveries/{delivery}")
    @Requires(Permission.WEBHOOK_MANAGE)
    DeliveryDetail delivery(@PathVariable String id, @PathVariable String delivery, HttpServletRequest request) {
        Access access = Caller.require(request);
        DeliveryView found = require(id, delivery);
        return new DeliveryDetail(
                DeliveryBody.of(found),
                sight.body(webhooks.body(found.id()), access),
                outbound.attempts(found.id()).stream()
                        .map(attempt -> AttemptBody.of(sight.attempt(attempt, access)))
                        .toList());
    }

    @PostMapping("/{id}/deliveries/{delivery}/resend")
    @Requires(Permission.WEBHOOK_MANAGE)
    ResponseEntity<DeliveryBody> resend(@PathVariable String id, @PathVariable String delivery) {
        return planned(id, outbound.resend(require(id, delivery).id()));
    }

    /** Resends what did not arrive in a stretch of time and was not resent yet, 1,000 at most. */
    @PostMapping("/{id}/resend")
    @Requires(Permission.WEBHOOK_MANAGE)
    Resent resend(@PathVariable String id, @RequestBody Stretch body) {
        EndpointId endpoint = webhooks.require(EndpointId.of(id)).id();
        return new Resent(outbound.resend(
                Webhooks.KIND, endpoint.toString(), instant(body.from(), "/from"), instant(body.to(), "/to")));
    }

    private DeliveryView require(String endpoint, String delivery) {
        EndpointId known = webhooks.require(EndpointId.of(endpoint)).id();
        DeliveryView found = outbound.require(OutboundId.of(delivery));
        if (!found.kind().equals(Webhooks.KIND) || !found.lane().equals(known.toString())) {
            throw OutboundError.DELIVERY_NOT_FOUND.exception();
        }
        return found;
    }

    private ResponseEntity<DeliveryBody> planned(String endpoint, OutboundId delivery) {
        return ResponseEntity.accepted()
                .location(URI.create("/api/v1/webhooks/" + EndpointId.of(endpoint) + "/deliveries/" + delivery))
                .body(DeliveryBody.of(outbound.require(delivery)));
    }

    private static String clean(@Nullable String text) {
        return text == null ? "" : TextHygiene.clean(text);
    }

    private static Instant instant(@Nullable String text, String pointer) {
        if (text == null) {
            throw CoreError.REQUIRED.at(pointer);
        }
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw CoreError.INVALID_VALUE.at(pointer, text);
        }
    }

    private static @Nullable OutboundState state(@Nullable String name) {
        if (name == null) {
            return null;
        }
        return Arrays.stream(OutboundState.values())
                .filter(state -> state.name().toLowerCase(Locale.ROOT).equals(name))
                .findFirst()
                .orElseThrow(() -> CoreError.INVALID_VALUE.at("state", name));
    }

    /** A new endpoint; {@code url} and {@code events} are required. */
    record NewEndpointBody(
            @Nullable String url,
            @Nullable String description,
            @Nullable List<String> events,
            @Nullable Boolean personal,
            @Nullable String contact) {}

    /** The secret is readable only here. */
    record Created(String id, String secret) {}

    /** Times in RFC 3339; {@code to} is exclusive. */
    record Stretch(@Nullable String from, @Nullable String to) {}

    /** How many were planned once more. */
    record Resent(int resent) {}

    /**
     * An endpoint.
     *
     * @param disabledReason switched_off, gone or failing
     * @param oldSecretUntil until when messages are signed with the secret before the last as well
     */
    record EndpointBody(
            String id,
            String url,
            String description,
            List<String> events,
            boolean personal,
            @Nullable String contact,
            boolean enabled,
            @Nullable String disabledReason,
            @Nullable Instant disabledAt,
            @Nullable Instant failingSince,
            @Nullable Instant oldSecretUntil,
            Instant createdAt) {

        static EndpointBody of(EndpointView view) {
            return new EndpointBody(
                    view.id().toString(),
                    view.settings().url(),
                    view.settings().description(),
                    view.settings().types(),
                    view.settings().personal(),
                    view.settings().contact(),
                    view.enabled(),
                    view.disabledReason(),
                    view.disabledAt(),
                    view.failingSince(),
                    view.oldSecretUntil(),
                    view.createdAt());
        }
    }

    /**
     * A delivery.
     *
     * @param state planned, claimed, attempting, deferred, sent, failed, skipped, uncertain or cancelled
     * @param nextAttemptAt null where it has ended
     */
    record DeliveryBody(
            String id,
            String event,
            String state,
            @Nullable String reason,
            int attempts,
            Instant plannedAt,
            @Nullable Instant nextAttemptAt,
            @Nullable Instant endedAt,
            @Nullable String resendOf,
            @Nullable String resentAs) {

        static DeliveryBody of(DeliveryView view) {
            return new DeliveryBody(
                    view.id().toString(),
                    view.subject(),
                    view.state().name().toLowerCase(Locale.ROOT),
                    view.reason(),
                    view.tries(),
                    view.plannedAt(),
                    view.state().isEnd() ? null : view.dueAt(),
                    view.endedAt(),
                    view.resendOf() == null ? null : view.resendOf().toString(),
                    view.resentAs() == null ? null : view.resentAs().toString());
        }
    }

    /**
     * A delivery with what was said.
     *
     * @param body as it is sent, empty once it was forgotten
     */
    record DeliveryDetail(DeliveryBody delivery, String body, List<AttemptBody> attempts) {}

    /**
     * One attempt.
     *
     * @param outcome sent, retry, failed, uncertain, or null while it is under way
     */
    record AttemptBody(
            int number,
            Instant begunAt,
            @Nullable Instant endedAt,
            @Nullable String outcome,
            @Nullable String reason,
            String request,
            String response,
            String responseBody) {

        static AttemptBody of(AttemptView view) {
            return new AttemptBody(
                    view.number(),
                    view.begunAt(),
                    view.endedAt(),
                    view.outcome() == null ? null : view.outcome().toLowerCase(Locale.ROOT),
                    view.reason(),
                    view.request(),
                    view.response(),
                    view.body());
        }
    }
}
