package io.opsdeck.core.notification;

import io.opsdeck.core.audit.Actor;
import io.opsdeck.core.id.Ids;
import io.opsdeck.core.notification.Recipients.Recipient;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** Tells members of the current workspace what happened, in the transaction in which it happens. */
@Service
public class Notifications {

    private static final String INSERT = """
            insert into core.notification as n (id, workspace_id, member_id, kind, object, reason, permission, arguments,
              link, happened_at, mail_at, in_digest)
            values (?, core.current_workspace(), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            on conflict (workspace_id, member_id, kind, object)
            """;

    /** Nobody is mailed about the same object more often than every ten minutes. */
    private static final String AGAIN = """
            do update set
              times = case when n.read_at is null then n.times + 1 else 1 end,
              reason = excluded.reason, permission = excluded.permission, arguments = excluded.arguments,
              link = excluded.link, happened_at = greatest(n.happened_at, excluded.happened_at),
              read_at = null, archived_at = null, in_digest = excluded.in_digest,
              mail_at = case when excluded.mail_at is not null
                then coalesce(n.mail_at, greatest(excluded.mail_at, n.mailed_at + interval '10 min')) end
            """;

    private final ObjectProvider<NotificationKinds> kinds;
    private final ObjectProvider<NoticeCarrier> carriers;
    private final Recipients recipients;
    private final JdbcClient jdbc;
    private final Ids ids;
    private final Clock clock;

    Notifications(
            ObjectProvider<NotificationKinds> kinds,
            ObjectProvider<NoticeCarrier> carriers,
            Recipients recipients,
            JdbcClient jdbc,
            Ids ids,
            Clock clock) {
        this.kinds = kinds;
        this.carriers = carriers;
        this.recipients = recipients;
        this.jdbc = jdbc;
        this.ids = ids;
        this.clock = clock;
    }

    /** All kinds, by key. */
    public List<NotificationKind> kinds() {
        return kinds.stream()
                .flatMap(each -> each.kinds().stream())
                .sorted(Comparator.comparing(NotificationKind::key))
                .toList();
    }

    NotificationKind require(String kind) {
        return kinds().stream()
                .filter(each -> each.key().equals(kind))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(kind + " is no kind of notification"));
    }

    /** Whoever was told of the same object before finds it in his inbox as new. */
    @Transactional(propagation = Propagation.MANDATORY)
    public void tell(Notice notice, Audience audience) {
        List<Recipient> told = write(notice, audience, AGAIN);
        carry(notice, told);
    }

    /** Whoever was told of the same object before is told nothing. */
    @Transactional(propagation = Propagation.MANDATORY)
    public void tellOnce(Notice notice, Audience audience) {
        List<Recipient> told = write(notice, audience, "do nothing");
        if (!told.isEmpty()) {
            carry(notice, told);
        }
    }

    private List<Recipient> write(Notice notice, Audience audience, String again) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        return recipients.of(audience, require(notice.kind())).stream()
                .filter(each -> audience.member() != null || !isActor(each))
                .filter(each -> write(notice, audience, each, now, again))
                .toList();
    }

    private void carry(Notice notice, List<Recipient> told) {
        if (notice.inboxOnly()) {
            return;
        }
        List<UUID> byRobot = told.stream()
                .filter(each -> each.preference().robot())
                .map(Recipient::member)
                .toList();
        carriers.forEach(carrier -> carrier.carry(notice, byRobot));
    }

    private static boolean isActor(Recipient recipient) {
        Actor actor = Actor.current();
        return actor.kind() == Actor.Kind.MEMBER && Objects.equals(actor.id(), recipient.member());
    }

    private boolean write(Notice notice, Audience audience, Recipient recipient, Instant now, String again) {
        MailChoice mail =
                notice.inboxOnly() ? MailChoice.NEVER : recipient.preference().mail();
        return jdbc.sql(INSERT + again)
                        .param(ids.next())
                        .param(recipient.member())
                        .param(notice.kind())
                        .param(notice.object())
                        .param(audience.reason().name())
                        .param(
                                audience.permission() == null
                                        ? null
                                        : audience.permission().key())
                        .param(notice.arguments().toArray(String[]::new))
                        .param(notice.link())
                        .param(Timestamp.from(now))
                        .param(mail == MailChoice.AT_ONCE ? Timestamp.from(now) : null)
                        .param(mail == MailChoice.DAILY)
                        .update()
                == 1;
    }
}
