package io.opsdeck.core.webhook;

import io.opsdeck.core.audit.AuditTrail;
import io.opsdeck.core.id.Ids;
import io.opsdeck.core.mail.Letter;
import io.opsdeck.core.mail.MailAddress;
import io.opsdeck.core.mail.MailKind;
import io.opsdeck.core.mail.SystemMail;
import io.opsdeck.core.security.Vault;
import io.opsdeck.core.webhook.WebhookChannel.Parcel;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.Workspaces;
import java.net.URI;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What sending reads and changes of endpoints. Called within a transaction of their workspace. */
@Component
class EndpointBook {

    private static final int LONGEST_FAILING_DAYS = 5;

    private final JdbcClient jdbc;
    private final Vault vault;
    private final AuditTrail audit;
    private final SystemMail mails;
    private final Workspaces workspaces;
    private final Ids ids;
    private final Clock clock;
    private final String baseUrl;
    private final ApplicationEventPublisher events;

    EndpointBook(
            JdbcClient jdbc,
            Vault vault,
            AuditTrail audit,
            SystemMail mails,
            Workspaces workspaces,
            Ids ids,
            Clock clock,
            @Value("${opsdeck.base-url}") String baseUrl,
            ApplicationEventPublisher events) {
        this.jdbc = jdbc;
        this.vault = vault;
        this.audit = audit;
        this.mails = mails;
        this.workspaces = workspaces;
        this.ids = ids;
        this.clock = clock;
        this.baseUrl = baseUrl;
        this.events = events;
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

    Optional<Parcel> parcel(EndpointId endpoint, UUID message) {
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
                .query((row, number) -> new Parcel(URI.create(row.getString(1)), row.getString(2), secrets))
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

    /** A delivery was given up; the contact is told once a day. */
    void givesUp(EndpointId endpoint) {
        jdbc.sql("select url, contact from core.webhook_endpoint where id = ? and contact is not null")
                .param(endpoint.id())
                .query((row, number) -> new Concerned(row.getString(1), row.getString(2)))
                .optional()
                .ifPresent(concerned -> tell(
                        MailKind.WEBHOOK_FAILING,
                        "webhook/" + endpoint + "/" + LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC),
                        concerned,
                        "/webhooks/" + endpoint));
    }

    void disable(EndpointId endpoint, Disabled reason) {
        Optional<Concerned> disabled = jdbc.sql("""
                        update core.webhook_endpoint set enabled = false, disabled_reason = ?, disabled_at = now()
                        where id = ? and enabled and removed_at is null returning url, contact
                        """)
                .params(reason.key(), endpoint.id())
                .query((row, number) -> new Concerned(row.getString(1), row.getString(2)))
                .optional();
        if (disabled.isEmpty()) {
            return;
        }
        Concerned concerned = disabled.get();
        audit.record(
                "webhook.disabled",
                "webhook",
                endpoint.toString(),
                concerned.url(),
                Map.of(),
                Map.of("reason", reason.key()));
        if (reason != Disabled.SWITCHED_OFF) {
            events.publishEvent(new EndpointDisabled(endpoint, host(concerned), reason.key()));
            tell(MailKind.WEBHOOK_DISABLED, "webhook/" + endpoint + "/" + ids.next(), concerned, "/webhooks");
        }
    }

    private static String host(Concerned concerned) {
        return URI.create(concerned.url()).getHost();
    }

    private record Concerned(String url, @Nullable String contact) {}

    private void tell(MailKind kind, String key, Concerned concerned, String path) {
        if (concerned.contact() == null) {
            return;
        }
        String language =
                workspaces.require(CurrentWorkspace.require()).settings().locale();
        mails.send(
                key,
                new Letter(
                        kind,
                        MailAddress.of(concerned.contact()),
                        Locale.forLanguageTag(language),
                        List.of(host(concerned)),
                        baseUrl + path));
    }
}
