package io.opsdeck.web.insight;

import io.opsdeck.core.member.Access;
import io.opsdeck.core.text.ContactMask;
import io.opsdeck.user.profile.ProfileError;
import io.opsdeck.web.people.ContactSight;
import java.util.Set;
import java.util.function.Predicate;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/**
 * Who may not see contact data may neither split by it nor ask for it, or it could be guessed piece by piece. An event may
 * be called after it all the same: {@code Email Opened} says nothing of an address.
 */
@Component
class ContactGuard {

    /** Fields that name properties of events. */
    private static final Set<String> PROPERTIES =
            Set.of("property", "touchProperty", "revenueProperty", "keyProperty", "trait", "of");

    private final ContactSight sight;

    ContactGuard(ContactSight sight) {
        this.sight = sight;
    }

    /** @throws io.opsdeck.core.error.OpsdeckException {@link ProfileError#CONTACT_FILTER_HIDDEN} with the pointer */
    void check(JsonNode query, Access access) {
        if (!sight.isClear(access)) {
            check(query, "", false, sight.hidden());
        }
    }

    /** The same for somebody outside of the team. */
    void checkForStrangers(JsonNode query) {
        check(query, "", false, sight.hidden());
    }

    private static void check(JsonNode node, String pointer, boolean names, Predicate<String> hidden) {
        if (node.isString()) {
            String text = node.asString();
            if (ContactMask.isIn(text) || names && hidden.test(text)) {
                throw ProfileError.CONTACT_FILTER_HIDDEN.at(pointer, ContactMask.within(text));
            }
        }
        for (var field : node.properties()) {
            check(field.getValue(), pointer + "/" + field.getKey(), PROPERTIES.contains(field.getKey()), hidden);
        }
        for (int i = 0; i < node.size() && node.isArray(); i++) {
            check(node.get(i), pointer + "/" + i, names, hidden);
        }
    }
}
