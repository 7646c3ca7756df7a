package io.opsdeck.core.webhook;

import java.util.List;
import java.util.Set;
import org.springframework.stereotype.Component;

/** What every installation can tell of. */
@Component
class PlatformWebhookTypes implements WebhookTypes {

    @Override
    public List<WebhookType> types() {
        return List.of(
                new WebhookType("profile.created", Set.of("userId", "anonymousId", "traits")),
                new WebhookType("profile.merged", Set.of("userId", "anonymousId", "traits")),
                new WebhookType("import.finished", Set.of()),
                new WebhookType("export.ready", Set.of()),
                new WebhookType("quarantine.grew", Set.of()),
                new WebhookType("member.invited", Set.of("mail")));
    }
}
