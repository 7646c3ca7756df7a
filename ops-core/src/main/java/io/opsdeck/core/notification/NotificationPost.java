package io.opsdeck.core.notification;

import io.opsdeck.core.notification.Inbox.Entry;
import io.opsdeck.core.notification.NotificationPreferences.DigestTime;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.WorkspaceId;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Mails what is still unread: what is due at once a few seconds after it happened, so that what comes together is one
 * letter, and once a day the rest. A letter is planned in the transaction that takes its notifications off the list.
 */
@Component
class NotificationPost {

    private static final int MOST = 500;

    private final NotificationMail mail;
    private final NotificationPreferences preferences;
    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final Clock clock;

    NotificationPost(
            NotificationMail mail,
            NotificationPreferences preferences,
            JdbcClient jdbc,
            TransactionTemplate transactions,
            Clock clock) {
        this.mail = mail;
        this.preferences = preferences;
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.clock = clock;
    }

    private record Due(UUID member, String kind) {}

    private record Waiting(Due to, Entry entry, Timestamp mailAt, boolean wanted) {}

    private record Reader(WorkspaceId workspace, UUID member) {}

    void sendAtOnce() {
        Instant now = clock.instant();
        workspaces(now)
                .forEach(workspace -> CurrentWorkspace.run(
                        workspace, () -> transactions.executeWithoutResult(status -> sendAtOnce(now))));
    }

    private List<WorkspaceId> workspaces(Instant now) {
        return CurrentWorkspace.callAsSystem(() -> Objects.requireNonNull(transactions.execute(
                status -> jdbc.sql("select distinct workspace_id from core.notification where mail_at <= ? order by 1")
                        .param(Timestamp.from(now))
                        .query((row, number) -> new WorkspaceId(row.getObject(1, UUID.class)))
                        .list())));
    }

    /** In the current workspace. What was read meanwhile, or is not wanted by mail any more, is only taken off the list. */
    private void sendAtOnce(Instant now) {
        List<Waiting> waiting = jdbc.sql("""
                        select n.id, n.kind, n.arguments, n.reason, n.permission, n.link, n.times, n.happened_at, n.read_at,
                          n.archived_at, n.member_id, n.mail_at, n.read_at is null and m.disabled_at is null
                            and coalesce(p.mail, 'AT_ONCE') = 'AT_ONCE' and not coalesce(p.muted, false)
                            and exists (select from core.membership s
                              where s.workspace_id = n.workspace_id and s.member_id = n.member_id) as wanted
                        from core.notification n
                        join core.member m on m.id = n.member_id
                        left join core.notification_preference p
                          on p.workspace_id = n.workspace_id and p.member_id = n.member_id and p.kind = n.kind
                        where n.mail_at <= ?
                        order by n.happened_at desc, n.id desc limit ? for update of n skip locked
                        """)
                .params(Timestamp.from(now), MOST)
                .query((row, number) -> new Waiting(
                        new Due(row.getObject("member_id", UUID.class), row.getString("kind")),
                        Inbox.entry(row, number),
                        row.getTimestamp("mail_at"),
                        row.getBoolean("wanted")))
                .list();
        Map<Due, List<Waiting>> letters = new LinkedHashMap<>();
        waiting.stream()
                .filter(Waiting::wanted)
                .forEach(each -> letters.computeIfAbsent(each.to(), to -> new java.util.ArrayList<>())
                        .add(each));
        letters.forEach((to, entries) -> {
            Waiting newest = entries.get(0);
            String key = newest.entry().id() + "/" + newest.mailAt().toInstant().truncatedTo(ChronoUnit.MICROS);
            mail.sendAtOnce(to.member(), entries.stream().map(Waiting::entry).toList(), key);
        });
        jdbc.sql(
                        "update core.notification set mailed_at = case when id = any(?) then ? else mailed_at end, mail_at = null"
                                + " where id = any(?)")
                .param(ids(waiting.stream().filter(Waiting::wanted).toList()))
                .param(Timestamp.from(now))
                .param(ids(waiting))
                .update();
    }

    private static UUID[] ids(List<Waiting> waiting) {
        return waiting.stream().map(each -> each.entry().id().id()).toArray(UUID[]::new);
    }

    void sendDigests() {
        readers()
                .forEach(reader -> CurrentWorkspace.run(
                        reader.workspace(),
                        () -> transactions.executeWithoutResult(status -> sendDigest(reader.member()))));
    }

    private List<Reader> readers() {
        return CurrentWorkspace.callAsSystem(() -> Objects.requireNonNull(transactions.execute(status -> jdbc.sql("""
                        select distinct n.workspace_id, n.member_id from core.notification n
                        join core.membership s on s.workspace_id = n.workspace_id and s.member_id = n.member_id
                        join core.member m on m.id = n.member_id and m.disabled_at is null
                        where n.in_digest order by 1, 2
                        """)
                .query((row, number) ->
                        new Reader(new WorkspaceId(row.getObject(1, UUID.class)), row.getObject(2, UUID.class)))
                .list())));
    }

    /**
     * In the current workspace. The day is that of the member's zone, and what happened after his hour waits for the next
     * one. Where his clocks jump over the hour it comes right after; where they pass it twice, the second time finds the
     * day taken.
     */
    private void sendDigest(UUID member) {
        DigestTime time = preferences.digestTime(member);
        Instant now = clock.instant();
        LocalDate day = LocalDate.ofInstant(now, time.zone());
        Instant due =
                day.atTime(LocalTime.of(time.hour(), 0)).atZone(time.zone()).toInstant();
        if (now.isBefore(due) || !waitsSince(member, due) || !take(member, day)) {
            return;
        }
        List<Entry> unread =
                jdbc.sql("""
                        select n.* from core.notification n
                        left join core.notification_preference p
                          on p.workspace_id = n.workspace_id and p.member_id = n.member_id and p.kind = n.kind
                        where n.member_id = ? and n.in_digest and n.read_at is null
                          and coalesce(p.mail, 'DAILY') = 'DAILY' and not coalesce(p.muted, false)
                        order by n.happened_at desc, n.id desc limit ?
                        """).params(member, MOST).query(Inbox::entry).list();
        if (!unread.isEmpty()) {
            mail.sendDigest(member, unread, member + "/" + day);
        }
        jdbc.sql(
                        "update core.notification set in_digest = false where member_id = ? and in_digest and happened_at <= ?")
                .params(member, Timestamp.from(now))
                .update();
    }

    private boolean waitsSince(UUID member, Instant due) {
        return jdbc.sql("select exists (select from core.notification"
                        + " where member_id = ? and in_digest and happened_at < ?)")
                .params(member, Timestamp.from(due))
                .query(Boolean.class)
                .single();
    }

    /** Of all nodes and tries, one gets the day. */
    private boolean take(UUID member, LocalDate day) {
        return jdbc.sql("""
                        insert into core.notification_digest (workspace_id, member_id, day)
                        values (core.current_workspace(), ?, ?) on conflict do nothing
                        """).params(member, day).update() == 1;
    }
}
