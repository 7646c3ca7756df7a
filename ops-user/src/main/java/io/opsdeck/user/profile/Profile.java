package io.opsdeck.user.profile;

import io.opsdeck.analytics.event.EventLog.Identifier;
import java.time.Instant;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * Everything that is known about a person.
 *
 * @param traits by name
 * @param identifiers what leads to this person, user ids first
 */
public record Profile(ProfileView view, List<Trait> traits, List<Identifier> identifiers) {

    /** A trait with its typed value, never a JSON null, and when the event that set it happened. */
    public record Trait(String name, JsonNode value, Instant setAt) {}
}
