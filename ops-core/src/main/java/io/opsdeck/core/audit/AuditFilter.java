package io.opsdeck.core.audit;

import io.opsdeck.core.error.CoreError;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which entries are asked for.
 *
 * @param action a key such as {@code member.invited}, or its first word for all of that group; empty for all
 * @param actor the id of a member or a token, or a part of a name; empty for all
 * @param from the first moment, null for no bound
 * @param until the first moment behind, null for no bound
 * @param text exactly the id of a request, an address or the id of an object; empty for all
 * @param failed only what was tried and did not happen
 */
public record AuditFilter(
        String action,
        String actor,
        @Nullable AuditObject object,
        @Nullable Instant from,
        @Nullable Instant until,
        String text,
        boolean failed) {

    public static final AuditFilter ALL = new AuditFilter("", "", null, null, null, "", false);

    public AuditFilter {
        action = action.endsWith(".") ? action.substring(0, action.length() - 1) : action.strip();
        actor = actor.strip();
        text = text.strip();
    }

    /** All entries about one thing. */
    public static AuditFilter of(AuditObject object) {
        return new AuditFilter("", "", object, null, null, "", false);
    }

    boolean wants(String key) {
        return (action.isEmpty() || key.equals(action) || key.startsWith(action + "."))
                && (!failed || AuditTrail.isFailure(key));
    }

    boolean limitsActions() {
        return failed || !action.isEmpty();
    }

    /** What an entry is about, such as a member. */
    public record AuditObject(String type, String id) {

        /** Reads {@code type:id}. */
        public static AuditObject of(String text) {
            int cut = text.indexOf(':');
            if (cut < 1) {
                throw CoreError.INVALID_VALUE.at("object", text);
            }
            return new AuditObject(text.substring(0, cut), text.substring(cut + 1));
        }

        @Override
        public String toString() {
            return type + ":" + id;
        }
    }
}
