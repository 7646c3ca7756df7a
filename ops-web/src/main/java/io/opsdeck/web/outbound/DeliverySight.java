package io.opsdeck.web.outbound;

import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.member.Access;
import io.opsdeck.core.outbound.Outbound.AttemptView;
import io.opsdeck.core.security.Permission;
import io.opsdeck.core.webhook.EndpointSettings;
import io.opsdeck.web.people.ContactSight;
import org.springframework.stereotype.Component;

/** Gives each caller what was sent and what was said to it as he may see it: contact data in clear text, or masked. */
@Component
public class DeliverySight {

    private final ContactSight sight;

    DeliverySight(ContactSight sight) {
        this.sight = sight;
    }

    public String body(String body, Access access) {
        return sight.raw(body, access);
    }

    public AttemptView attempt(AttemptView attempt, Access access) {
        return new AttemptView(
                attempt.number(),
                attempt.begunAt(),
                attempt.endedAt(),
                attempt.outcome(),
                attempt.reason(),
                sight.raw(attempt.request(), access),
                sight.raw(attempt.response(), access),
                sight.raw(attempt.body(), access));
    }

    /** Who may not see data about persons cannot have them sent to an address of his choice either. */
    public void requireMaySet(EndpointSettings settings, Access access) {
        if (settings.personal() && !sight.isClear(access)) {
            throw CoreError.FORBIDDEN.exception(Permission.PROFILE_CONTACT_READ.key());
        }
    }
}
