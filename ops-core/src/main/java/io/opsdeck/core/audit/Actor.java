package io.opsdeck.core.audit;

import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who acts: a member, a member's API token, or Opsdeck itself.
 *
 * @param id the member's or the token's id, absent for the system
 * @param requestId the id of the request, for the audit trail and the error pages
 * @param address the caller's socket address
 */
public record Actor(
        Kind kind,
        @Nullable UUID id,
        String name,
        @Nullable String requestId,
        @Nullable String address) {

    private static final Actor SYSTEM = new Actor(Kind.SYSTEM, null, "Opsdeck", null, null);

    private static final ThreadLocal<@Nullable Actor> CURRENT = new ThreadLocal<>();

    /** The kinds of actor. */
    public enum Kind {
        MEMBER,
        TOKEN,
        SYSTEM
    }

    public static Actor current() {
        return Optional.ofNullable(CURRENT.get()).orElse(SYSTEM);
    }

    /** Runs {@code work} in the name of {@code actor}. */
    public static <T extends @Nullable Object> T call(Actor actor, Supplier<T> work) {
        Actor before = CURRENT.get();
        CURRENT.set(actor);
        try {
            return work.get();
        } finally {
            if (before == null) {
                CURRENT.remove();
            } else {
                CURRENT.set(before);
            }
        }
    }
}
