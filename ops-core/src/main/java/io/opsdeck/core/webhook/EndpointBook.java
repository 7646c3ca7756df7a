package io.opsdeck.core.webhook;

import io.opsdeck.core.audit.AuditTrail;
import io.opsdeck.core.security.Vault;
import io.opsdeck.core.webhook.WebhookChannel.Letter;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What sending reads and changes of endpoints. Called within a transaction of their workspace. */
@Component
class EndpointBook {

    private static final int LONGEST_FAILING_DAYS = 5;

    private final JdbcClient jdbc;
    private final Vault vault;
    private final AuditTrail audit;

    EndpointBook(JdbcClient jdbc, Vault vault, AuditTrail audit) {
        this.jdbc = jdbc;
        this.vault = vault;
        this.audit = audit;
    }

    /** Why an endpoint was switched off; the texts are {@code webhook.disabled.<name>}. */
    enum Disabled {
        /** By a member. */
        SWITCHED_OFF,
        /** The receiver answered 410. */
        GONE,
        /** Nothing but failures for five days. */
        FAILING;

        String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    Optional<Letter> letter(EndpointId endpoint, UUID message) {
        List<WebhookSecret> secrets = jdbc.sql("""
                        select sealed from core.webhook_secret
                        where endpoint_id = ? and (expires_at is null or expires_at > now())
                        order by created_at desc, id desc
                        """)
                .param(endpoint.id())
                .query((row, number) -> new WebhookSecret(vault.open(row.getBytes(1), endpoint.toString())))
                .list();
        return jdbc.sql("""
                        select e.url, case when e.personal then coalesce(m.personal, m.thin) else m.thin end
                        from core.webhook_endpoint e, core.webhook_message m
                        where e.id = ? and e.removed_at is null and m.id = ?
                        """)
                .params(endpoint.id(), message)
                .query((row, number) -> new Letter(URI.create(row.getString(1)), row.getString(2), secrets))
                .optional();
    }

    boolean isOpen(EndpointId endpoint, boolean test) {
        return jdbc.sql("select exists (select from core.webhook_endpoint"
                        + " where id = ? and removed_at is null and (enabled or ?))")
                .params(endpoint.id(), test)
                .query(Boolean.class)
                .single();
    }

    void works(EndpointId endpoint) {
        jdbc.sql("update core.webhook_endpoint set failing_since = null where id = ? and failing_since is not null")
                .param(endpoint.id())
                .update();
    }

    void fails(EndpointId endpoint) {
        boolean tooLong = jdbc.sql("""
                        update core.webhook_endpoint set failing_since = coalesce(failing_since, now())
                        where id = ? returning enabled and failing_since < now() - make_interval(days => ?)
                        """)
                .params(endpoint.id(), LONGEST_FAILING_DAYS)
                .query(Boolean.class)
                .optional()
                .orElse(false);
        if (tooLong) {
            disable(endpoint, Disabled.FAILING);
        }
    }

    void disable(EndpointId endpoint, Disabled reason) {
        jdbc.sql("""
                        update core.webhook_endpoint set enabled = false, disabled_reason = ?, disabled_at = now()
                        where id = ? and enabled and removed_at is null returning url
                        """)
                .params(reason.key(), endpoint.id())
                .query(String.class)
                .optional()
                .ifPresent(url -> audit.record(
                        "webhook.disabled",
                        "webhook",
                        endpoint.toString(),
                        url,
                        Map.of(),
                        Map.of("reason", reason.key())));
    }
}
