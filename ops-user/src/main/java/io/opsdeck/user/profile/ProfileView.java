package io.opsdeck.user.profile;

import io.opsdeck.analytics.event.PersonId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A row of a list of profiles. The contact data is unmasked.
 *
 * @param userId the user id of the earliest event that carried one; null is an anonymous visitor
 * @param email in lower case
 * @param phone digits, with a plus in front if it was given with one
 * @param firstSeenAt the time of the earliest event, by when it happened
 * @param lastSeenAt the time of the latest event, by when it happened
 * @param events how many events are stored of this person
 */
public record ProfileView(
        PersonId id,
        @Nullable String userId,
        @Nullable String name,
        @Nullable String email,
        @Nullable String phone,
        Instant firstSeenAt,
        Instant lastSeenAt,
        long events) {

    public boolean identified() {
        return userId != null;
    }
}
