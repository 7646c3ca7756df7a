package io.opsdeck.analytics.event;

import static java.util.Objects.requireNonNull;

import io.opsdeck.core.notification.Audience;
import io.opsdeck.core.notification.MailChoice;
import io.opsdeck.core.notification.Notice;
import io.opsdeck.core.notification.NotificationKind;
import io.opsdeck.core.notification.NotificationKinds;
import io.opsdeck.core.notification.Notifications;
import io.opsdeck.core.security.Permission;
import io.opsdeck.core.webhook.Webhooks;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.WorkspaceId;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Tells webhooks, and those who manage sources, of sources whose quarantine grew, with how much it grew since the last
 * time; of each source at most once in {@value #MINUTES} minutes. Compares counters and never reads the quarantine.
 */
@Component
class QuarantineWatch implements NotificationKinds {

    private static final String GREW = "quarantine.grew";
    private static final int MINUTES = 10;

    private final Webhooks webhooks;
    private final Notifications notifications;
    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final Clock clock;

    QuarantineWatch(
            Webhooks webhooks,
            Notifications notifications,
            JdbcClient jdbc,
            TransactionTemplate transactions,
            Clock clock) {
        this.webhooks = webhooks;
        this.notifications = notifications;
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.clock = clock;
    }

    @Override
    public List<NotificationKind> kinds() {
        return List.of(new NotificationKind(GREW, MailChoice.DAILY));
    }

    private record Source(UUID id, String name, WorkspaceId workspace) {}

    private record Told(long quarantined, Instant at) {}

    /** Safe to run on several nodes at once. */
    void run() {
        List<Source> grown = CurrentWorkspace.callAsSystem(() -> requireNonNull(transactions.execute(status -> jdbc.sql(
                        """
                        select c.source_id, c.workspace_id, s.name from analytics.source_count c
                        join analytics.source s on s.id = c.source_id
                        left join analytics.quarantine_told t on t.source_id = c.source_id
                        where c.quarantined > coalesce(t.quarantined, 0) and (t.at is null or t.at <= ?)
                        """)
                .param(quietSince())
                .query((row, number) -> new Source(
                        row.getObject(1, UUID.class), row.getString(3), new WorkspaceId(row.getObject(2, UUID.class))))
                .list())));
        grown.forEach(source -> CurrentWorkspace.run(
                source.workspace(), () -> transactions.executeWithoutResult(status -> tell(source))));
    }

    private void tell(Source source) {
        Optional<Told> before = jdbc.sql(
                        "select quarantined, at from analytics.quarantine_told where source_id = ? for update")
                .param(source.id())
                .query((row, number) ->
                        new Told(row.getLong(1), row.getTimestamp(2).toInstant()))
                .optional();
        Optional<Long> now = jdbc.sql("""
                        insert into analytics.quarantine_told as t (source_id, workspace_id, quarantined, at)
                        select source_id, workspace_id, quarantined, ? from analytics.source_count where source_id = ?
                        on conflict (source_id) do update set quarantined = excluded.quarantined, at = excluded.at
                          where t.quarantined < excluded.quarantined and t.at <= ?
                        returning quarantined
                        """)
                .params(Timestamp.from(clock.instant()), source.id(), quietSince())
                .query(Long.class)
                .optional();
        now.ifPresent(quarantined -> {
            long grown = quarantined - before.map(Told::quarantined).orElse(0L);
            Map<String, Object> facts = new LinkedHashMap<>();
            facts.put("source", source.id().toString());
            facts.put("count", grown);
            before.ifPresent(told -> facts.put("since", told.at().toString()));
            webhooks.publish(GREW, facts);
            notifications.tell(
                    new Notice(
                            GREW,
                            "source/" + source.id(),
                            List.of(String.valueOf(grown), Notice.name(source.name())),
                            "/quarantine"),
                    Audience.whoMay(Permission.SOURCE_MANAGE));
        });
    }

    private Timestamp quietSince() {
        return Timestamp.from(clock.instant().minus(Duration.ofMinutes(MINUTES)));
    }
}
