package io.opsdeck.analytics.event;

import io.opsdeck.core.notification.Audience;
import io.opsdeck.core.notification.MailChoice;
import io.opsdeck.core.notification.Notice;
import io.opsdeck.core.notification.NotificationKind;
import io.opsdeck.core.notification.NotificationKinds;
import io.opsdeck.core.notification.Notifications;
import io.opsdeck.core.security.Permission;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.WorkspaceId;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Tells those who manage sources that events came which could not be stored. It looks now and then instead of being told
 * by the intake, which writes many at once and in the name of nobody.
 */
@Component
class QuarantineNotices implements NotificationKinds {

    static final Duration PAUSE = Duration.ofMinutes(10);

    private static final String GREW = "quarantine.grew";

    /** Until then whatever arrived before has been committed. */
    private static final Duration SETTLED = Duration.ofSeconds(30);

    private final Notifications notifications;
    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final Clock clock;

    QuarantineNotices(Notifications notifications, JdbcClient jdbc, TransactionTemplate transactions, Clock clock) {
        this.notifications = notifications;
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.clock = clock;
    }

    @Override
    public List<NotificationKind> kinds() {
        return List.of(new NotificationKind(GREW, MailChoice.DAILY));
    }

    private record Growth(WorkspaceId workspace, long events) {}

    /** @param last when this was done before, or null */
    void look(@Nullable Instant last) {
        Instant to = clock.instant().minus(SETTLED);
        Instant from = last == null ? to.minus(PAUSE) : last.minus(SETTLED);
        tell(from, to);
    }

    void tell(Instant from, Instant to) {
        List<Growth> grown =
                CurrentWorkspace.callAsSystem(() -> Objects.requireNonNull(transactions.execute(status -> jdbc.sql("""
                                select workspace_id, count(*) from analytics.quarantine
                                where received_at >= ? and received_at < ? and replayed_at is null
                                group by workspace_id order by workspace_id
                                """)
                        .params(Timestamp.from(from), Timestamp.from(to))
                        .query((row, number) ->
                                new Growth(new WorkspaceId(row.getObject(1, UUID.class)), row.getLong(2)))
                        .list())));
        grown.forEach(each -> CurrentWorkspace.run(
                each.workspace(), () -> transactions.executeWithoutResult(status -> tell(each.events()))));
    }

    private void tell(long events) {
        notifications.tell(
                new Notice(GREW, "quarantine", List.of(String.valueOf(events)), "/quarantine"),
                Audience.whoMay(Permission.SOURCE_MANAGE));
    }
}
