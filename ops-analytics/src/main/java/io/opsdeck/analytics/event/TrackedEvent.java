package io.opsdeck.analytics.event;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One event between parser and database: a plain struct of about 160 bytes beside its strings. The raw text stays in
 * the call's body and is only cut out for quarantine. Written by the request's thread until it is queued, by the flusher
 * from then on.
 */
final class TrackedEvent {

    static final int CLAMPED = 1;
    static final int SANITIZED = 2;
    static final int PLACEHOLDER_IDENTIFIER = 4;

    /** What became of the event. */
    enum Outcome {
        OPEN,
        ACCEPTED,
        DUPLICATE,
        QUARANTINED,
        REJECTED
    }

    private static final String[] NO_NAMES = {};
    private static final byte[] NO_TYPES = {};

    final byte[] body;
    final int rawStart;
    int rawEnd;
    final String pointer;

    IntakeSource source = IntakeSource.NONE;
    TrackingCall.Kind kind = TrackingCall.Kind.TRACK;
    String messageId = "";

    @Nullable
    String userId;

    @Nullable
    String anonymousId;

    @Nullable
    String previousId;

    @Nullable
    String groupId;

    String name = "";

    @Nullable
    String timestamp;

    @Nullable
    String sentAt;

    String props = "{}";
    String context = "{}";

    @Nullable
    String batchContext;

    int flags;
    long at;
    long receivedAt;

    String[] propertyNames = NO_NAMES;
    byte[] propertyTypes = NO_TYPES;

    @Nullable
    EventFault fault;

    @Nullable
    String faultPointer;

    UUID personId = new UUID(0, 0);
    UUID hash = new UUID(0, 0);
    Outcome outcome = Outcome.OPEN;

    TrackedEvent(byte[] body, int rawStart, String pointer) {
        this.body = body;
        this.rawStart = rawStart;
        this.rawEnd = rawStart;
        this.pointer = pointer;
    }

    /** The first fault stays. */
    void refuse(EventFault why, String where) {
        if (fault == null || (fault.kept() && !why.kept())) {
            fault = why;
            faultPointer = pointer + where;
        }
    }

    String raw() {
        return new String(body, rawStart, rawEnd - rawStart, java.nio.charset.StandardCharsets.UTF_8);
    }
}
