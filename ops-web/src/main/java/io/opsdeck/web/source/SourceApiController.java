package io.opsdeck.web.source;

import io.opsdeck.analytics.event.EventSources;
import io.opsdeck.analytics.event.EventSources.NewSource;
import io.opsdeck.analytics.event.EventSources.SourceView;
import io.opsdeck.analytics.event.SourceId;
import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.page.Page;
import io.opsdeck.core.security.Permission;
import io.opsdeck.core.text.TextHygiene;
import io.opsdeck.web.security.Requires;
import java.net.URI;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Sources over REST. */
@RestController
@RequestMapping(path = "/api/v1/sources", produces = MediaType.APPLICATION_JSON_VALUE)
class SourceApiController {

    private final EventSources sources;

    SourceApiController(EventSources sources) {
        this.sources = sources;
    }

    @GetMapping
    @Requires(Permission.SOURCE_READ)
    Page<SourceBody> list() {
        return new Page<>(sources.list().stream().map(SourceBody::of).toList(), null);
    }

    @GetMapping("/{id}")
    @Requires(Permission.SOURCE_READ)
    SourceBody one(@PathVariable String id) {
        return SourceBody.of(sources.require(SourceId.of(id)));
    }

    @PostMapping
    @Requires(Permission.SOURCE_MANAGE)
    ResponseEntity<Created> create(@RequestBody NewSourceBody body) {
        NewSource made = sources.create(
                body.name() == null ? "" : TextHygiene.clean(body.name()),
                EventSources.Kind.SERVER,
                date(body.acceptFrom()));
        return ResponseEntity.created(URI.create("/api/v1/sources/" + made.id()))
                .body(new Created(made.id().toString(), made.writeKey()));
    }

    private static @Nullable LocalDate date(@Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            return LocalDate.parse(text);
        } catch (DateTimeParseException e) {
            throw CoreError.INVALID_VALUE.at("/acceptFrom", text);
        }
    }

    /** A new source; {@code acceptFrom} is a local date, five years back if absent. */
    record NewSourceBody(@Nullable String name, @Nullable String acceptFrom) {}

    /** The write key is readable only here. */
    record Created(String id, String writeKey) {}

    /** A source with its counters. */
    record SourceBody(
            String id,
            String name,
            String kind,
            @Nullable LocalDate acceptFrom,
            boolean disabled,
            long accepted,
            long duplicate,
            long rejected,
            long quarantined,
            @Nullable Instant lastEventAt) {

        static SourceBody of(SourceView view) {
            return new SourceBody(
                    view.id().toString(),
                    view.name(),
                    view.kind().name().toLowerCase(Locale.ROOT),
                    view.acceptFrom(),
                    view.disabledAt() != null,
                    view.accepted(),
                    view.duplicate(),
                    view.rejected(),
                    view.quarantined(),
                    view.lastEventAt());
        }
    }
}
