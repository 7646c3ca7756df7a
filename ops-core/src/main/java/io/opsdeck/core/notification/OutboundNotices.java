package io.opsdeck.core.notification;

import io.opsdeck.core.mail.MailKind;
import io.opsdeck.core.mail.SystemMail;
import io.opsdeck.core.outbound.DeliveryUncertain;
import io.opsdeck.core.outbound.Freezes.Scope;
import io.opsdeck.core.outbound.SendingResumed;
import io.opsdeck.core.outbound.SendingStopped;
import io.opsdeck.core.security.Permission;
import io.opsdeck.core.webhook.EndpointDisabled;
import java.util.List;
import java.util.Set;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Tells those who manage sending that something waits for them, or that somebody stopped it. */
@Component
class OutboundNotices {

    private static final Audience MANAGERS = Audience.whoMay(Permission.OUTBOUND_MANAGE);

    private static final Set<String> OURS = Set.of(MailKind.NOTICE.key(), MailKind.DIGEST.key());

    private final Notifications notifications;

    OutboundNotices(Notifications notifications) {
        this.notifications = notifications;
    }

    /** About mails of ours by the inbox alone: a mail about a mail that may not have arrived could meet the same fate. */
    @EventListener
    void uncertain(DeliveryUncertain delivery) {
        boolean ours = delivery.kind().equals(SystemMail.KIND) && OURS.contains(delivery.lane());
        notifications.tell(
                new Notice(
                        PlatformKinds.DELIVERY_UNCERTAIN,
                        "lane/" + delivery.kind() + "/" + delivery.lane(),
                        List.of(Notice.text("outbound.kind." + delivery.kind())),
                        "/outbound?where=" + delivery.kind() + "&state=uncertain",
                        ours),
                MANAGERS);
    }

    @EventListener
    void disabled(EndpointDisabled endpoint) {
        notifications.tell(
                new Notice(
                        PlatformKinds.ENDPOINT_DISABLED,
                        "endpoint/" + endpoint.endpoint(),
                        List.of(Notice.name(endpoint.host()), Notice.text("webhook.disabled." + endpoint.reason())),
                        "/outbound?where=webhook/" + endpoint.endpoint()),
                MANAGERS);
    }

    @EventListener
    void stopped(SendingStopped freeze) {
        Scope scope = freeze.scope();
        String what = scope.kind() == null
                ? Notice.text("notification.everything")
                : Notice.text("outbound.kind." + scope.kind());
        notifications.tell(
                new Notice(
                        PlatformKinds.SENDING_STOPPED,
                        "freeze/" + freeze.freeze(),
                        List.of(Notice.name(freeze.by()), what, Notice.name(freeze.reason())),
                        "/outbound"),
                MANAGERS);
    }

    @EventListener
    void resumed(SendingResumed freeze) {
        notifications.tell(
                new Notice(
                        PlatformKinds.SENDING_RESUMED,
                        "freeze/" + freeze.freeze(),
                        List.of(Notice.name(freeze.by()), Notice.name(freeze.reason())),
                        "/outbound"),
                MANAGERS);
    }
}
