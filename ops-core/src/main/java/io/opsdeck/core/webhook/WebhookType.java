package io.opsdeck.core.webhook;

import java.util.Set;
import java.util.regex.Pattern;

/**
 * A kind of event that endpoints can subscribe to. Its text is {@code webhook.type.<key>}.
 *
 * @param key words of letters, digits and underscores, separated by dots
 * @param personal names of the fields in the data that say more of a person than an id
 */
public record WebhookType(String key, Set<String> personal) {

    private static final Pattern KEY = Pattern.compile("[a-zA-Z0-9_]+(?:\\.[a-zA-Z0-9_]+)*");

    public WebhookType {
        if (!KEY.matcher(key).matches()) {
            throw new IllegalArgumentException(key + " is no type of an event");
        }
        personal = Set.copyOf(personal);
    }
}
