package io.opsdeck.core.notification;

import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.Workspaces;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Which notifications a member wants in the current workspace, and where. Counts for what happens from then on. */
@Service
@Transactional(readOnly = true)
public class NotificationPreferences {

    private static final int USUAL_HOUR = 9;

    private final Notifications notifications;
    private final Workspaces workspaces;
    private final JdbcClient jdbc;

    NotificationPreferences(Notifications notifications, Workspaces workspaces, JdbcClient jdbc) {
        this.notifications = notifications;
        this.workspaces = workspaces;
        this.jdbc = jdbc;
    }

    /**
     * What a member wants of a kind.
     *
     * @param muted not even in the inbox, and nowhere else
     * @param robot to the robot that he chose
     */
    public record Preference(String kind, boolean muted, MailChoice mail, boolean robot) {}

    /**
     * When the daily mail comes.
     *
     * @param hour 0 to 23, in the zone
     */
    public record DigestTime(int hour, ZoneId zone) {

        /** Reads what somebody typed. */
        public static DigestTime of(int hour, String zone) {
            if (hour < 0 || hour > 23) {
                throw CoreError.INVALID_VALUE.at("/hour", hour);
            }
            try {
                return new DigestTime(hour, ZoneId.of(zone));
            } catch (DateTimeException e) {
                throw CoreError.INVALID_TIME_ZONE.at("/timeZone", zone);
            }
        }
    }

    /** Of every kind, by key. */
    public List<Preference> list(UUID member) {
        Map<String, Preference> chosen = jdbc
                .sql("select kind, muted, mail, robot from core.notification_preference where member_id = ?")
                .param(member)
                .query((row, number) -> new Preference(
                        row.getString(1), row.getBoolean(2), MailChoice.valueOf(row.getString(3)), row.getBoolean(4)))
                .list()
                .stream()
                .collect(Collectors.toMap(Preference::kind, Function.identity()));
        return notifications.kinds().stream()
                .map(kind -> chosen.getOrDefault(kind.key(), new Preference(kind.key(), false, kind.mail(), false)))
                .toList();
    }

    public DigestTime digestTime(UUID member) {
        return jdbc.sql("select digest_hour, time_zone from core.notification_setting where member_id = ?")
                .param(member)
                .query((row, number) -> DigestTime.of(row.getInt(1), row.getString(2)))
                .optional()
                .orElseGet(() -> new DigestTime(
                        USUAL_HOUR,
                        workspaces
                                .require(CurrentWorkspace.require())
                                .settings()
                                .timeZone()));
    }

    /** Kinds that are not among {@code preferences} stay as they are. */
    @Transactional
    public void change(UUID member, Collection<Preference> preferences, DigestTime time) {
        List<Preference> before = list(member);
        preferences.stream().filter(each -> !before.contains(each)).forEach(each -> write(member, each));
        jdbc.sql("""
                        insert into core.notification_setting (workspace_id, member_id, digest_hour, time_zone)
                        values (core.current_workspace(), ?, ?, ?)
                        on conflict (workspace_id, member_id) do update
                        set digest_hour = excluded.digest_hour, time_zone = excluded.time_zone
                        """).params(member, time.hour(), time.zone().getId()).update();
    }

    /** Mails nothing of the kind any more; a second time changes nothing. */
    @Transactional
    public void stopMail(UUID member, String kind) {
        list(member).stream()
                .filter(each -> each.kind().equals(kind))
                .forEach(each -> write(member, withoutMail(each)));
    }

    /** Sends no daily mail any more; what is mailed at once stays so. */
    @Transactional
    public void stopDigest(UUID member) {
        list(member).stream()
                .filter(each -> each.mail() == MailChoice.DAILY)
                .forEach(each -> write(member, withoutMail(each)));
    }

    private static Preference withoutMail(Preference before) {
        return new Preference(before.kind(), before.muted(), MailChoice.NEVER, before.robot());
    }

    private void write(UUID member, Preference wish) {
        notifications.require(wish.kind());
        jdbc.sql("""
                        insert into core.notification_preference (workspace_id, member_id, kind, muted, mail, robot)
                        values (core.current_workspace(), ?, ?, ?, ?, ?)
                        on conflict (workspace_id, member_id, kind) do update
                        set muted = excluded.muted, mail = excluded.mail, robot = excluded.robot
                        """)
                .params(member, wish.kind(), wish.muted(), wish.mail().name(), wish.robot())
                .update();
    }
}
