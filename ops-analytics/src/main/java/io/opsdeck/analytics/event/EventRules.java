package io.opsdeck.analytics.event;

import io.opsdeck.core.id.Ids;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What makes a read event storable: its time by the server's clock, who it is about, and the id that it is known by. */
final class EventRules {

    static final long MOST_AHEAD_MILLIS = 5 * 60_000;
    private static final int YEARS_BACK = 5;
    private static final int MOST_ORIGINAL = 64;

    private final Ids ids;

    EventRules(Ids ids) {
        this.ids = ids;
    }

    void apply(TrackedEvent event, IntakeSource source, long receivedAt) {
        event.source = source;
        event.receivedAt = receivedAt;
        if (event.messageId.isBlank()) {
            event.messageId = ids.next().toString();
        }
        event.hash = MessageHash.of(event.messageId);
        if (event.fault != null) {
            return;
        }
        identify(event);
        time(event, source);
        if (event.batchContext != null && event.batchContext.length() > 2) {
            event.context = merge(event.batchContext, event.context);
        }
    }

    private static void identify(TrackedEvent event) {
        String user = event.userId;
        String anonymous = event.anonymousId;
        String previous = event.previousId;
        event.userId = Identifiers.clean(user);
        event.anonymousId = Identifiers.clean(anonymous);
        event.previousId = Identifiers.clean(previous);
        if (lost(user, event.userId) || lost(anonymous, event.anonymousId) || lost(previous, event.previousId)) {
            event.flags |= TrackedEvent.PLACEHOLDER_IDENTIFIER;
        }
        if (event.userId == null && event.anonymousId == null) {
            event.refuse(EventFault.NO_IDENTIFIER, "/userId");
        }
    }

    private static boolean lost(@Nullable String sent, @Nullable String kept) {
        return sent != null && kept == null;
    }

    private static void time(TrackedEvent event, IntakeSource source) {
        event.at = event.receivedAt;
        if (event.timestamp == null) {
            return;
        }
        OptionalLong sent = EventTime.parse(event.timestamp);
        if (event.timestamp.length() > MOST_ORIGINAL) {
            event.timestamp = event.timestamp.substring(0, MOST_ORIGINAL);
        }
        if (sent.isEmpty()) {
            event.refuse(EventFault.INVALID_TIME, "/timestamp");
            return;
        }
        OptionalLong clientNow = event.sentAt == null ? OptionalLong.empty() : EventTime.parse(event.sentAt);
        long at = sent.getAsLong();
        if (clientNow.isPresent()) {
            at = event.receivedAt - (clientNow.getAsLong() - at);
        }
        if (at > event.receivedAt + MOST_AHEAD_MILLIS) {
            event.flags |= TrackedEvent.CLAMPED;
            at = event.receivedAt;
        }
        if (at < oldest(source, event.receivedAt)) {
            event.refuse(EventFault.TOO_OLD, "/timestamp");
        }
        event.at = at;
    }

    private static long oldest(IntakeSource source, long receivedAt) {
        var acceptFrom = source.acceptFrom();
        if (acceptFrom != null) {
            return acceptFrom.atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
        }
        return Instant.ofEpochMilli(receivedAt)
                .atOffset(ZoneOffset.UTC)
                .minusYears(YEARS_BACK)
                .toInstant()
                .toEpochMilli();
    }

    /** The event's own keys win: of two equal keys PostgreSQL keeps the last. */
    private static String merge(String below, String above) {
        return above.length() <= 2 ? below : below.substring(0, below.length() - 1) + "," + above.substring(1);
    }
}
