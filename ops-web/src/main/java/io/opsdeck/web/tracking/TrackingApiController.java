package io.opsdeck.web.tracking;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.opsdeck.analytics.event.EventIntake;
import io.opsdeck.analytics.event.EventSources;
import io.opsdeck.analytics.event.Receipt;
import io.opsdeck.analytics.event.TrackingCall;
import io.opsdeck.web.security.Open;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * The Segment-compatible tracking API. The body is read from the raw stream whatever its content type says: browsers
 * send text/plain, some clients send JSON as a form.
 */
@RestController
class TrackingApiController {

    private static final int GZIP_FIRST = 0x1f;
    private static final int GZIP_SECOND = 0x8b;

    private final EventIntake intake;
    private final MeterRegistry meters;
    private final Map<EventSources.Kind, Counter> accepted = new EnumMap<>(EventSources.Kind.class);
    private final Counter duplicate;
    private final Timer duration;

    TrackingApiController(EventIntake intake, MeterRegistry meters) {
        this.intake = intake;
        this.meters = meters;
        for (EventSources.Kind kind : EventSources.Kind.values()) {
            accepted.put(
                    kind,
                    meters.counter(
                            "opsdeck.events.accepted",
                            "source_kind",
                            kind.name().toLowerCase(Locale.ROOT)));
        }
        this.duplicate = meters.counter("opsdeck.events.duplicate");
        this.duration = meters.timer("opsdeck.ingest.duration");
    }

    @PostMapping(
            path = {"/v1/{kind}", "/v1/{kind}/"},
            produces = MediaType.APPLICATION_JSON_VALUE)
    @Open("the write key in the call is the permission")
    ResponseEntity<Answer> receive(@PathVariable String kind, HttpServletRequest request) throws IOException {
        TrackingCall.Kind known = TrackingCall.Kind.ofPath(kind).orElse(null);
        if (known == null) {
            return ResponseEntity.notFound().build();
        }
        var body = new PushbackInputStream(request.getInputStream(), 2);
        var call = new TrackingCall(known, body, isGzip(body), request.getHeader(HttpHeaders.AUTHORIZATION));
        Receipt receipt = Objects.requireNonNull(duration.record(() -> intake.receive(call)));
        count(receipt);
        return ResponseEntity.ok().header(HttpHeaders.CACHE_CONTROL, "no-store").body(Answer.of(receipt));
    }

    private void count(Receipt receipt) {
        Objects.requireNonNull(accepted.get(receipt.source())).increment(receipt.accepted());
        duplicate.increment(receipt.duplicate());
        receipt.refusals()
                .forEach(refusal -> meters.counter(
                                "opsdeck.events.rejected",
                                "reason",
                                refusal.fault().code())
                        .increment());
    }

    /** Looks at the bytes, since clients forget the header or send it without compressing. */
    private static boolean isGzip(PushbackInputStream body) throws IOException {
        byte[] start = new byte[2];
        int read = readFully(body, start);
        body.unread(start, 0, read);
        return read == 2 && (start[0] & 0xff) == GZIP_FIRST && (start[1] & 0xff) == GZIP_SECOND;
    }

    private static int readFully(InputStream body, byte[] start) throws IOException {
        return body.readNBytes(start, 0, start.length);
    }

    /** What Segment's clients expect, and what became of the events that were not stored. */
    record Answer(boolean success, int accepted, int duplicate, int quarantined, List<Rejected> rejected) {

        static Answer of(Receipt receipt) {
            return new Answer(
                    true,
                    receipt.accepted(),
                    receipt.duplicate(),
                    receipt.quarantined(),
                    receipt.refusals().stream()
                            .map(refusal -> new Rejected(
                                    refusal.pointer(),
                                    refusal.fault().code(),
                                    refusal.messageId(),
                                    refusal.fault().kept()))
                            .toList());
        }
    }

    /**
     * An event that was not stored.
     *
     * @param kept whether it waits in quarantine
     */
    record Rejected(String pointer, String code, @Nullable String messageId, boolean kept) {}
}
