package io.opsdeck.core.chat;

import io.opsdeck.core.id.Ids;
import io.opsdeck.core.notification.Notice;
import io.opsdeck.core.notification.NoticeCarrier;
import io.opsdeck.core.notification.NotificationTexts;
import io.opsdeck.core.text.ContactMask;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.WorkspaceSettings;
import io.opsdeck.core.workspace.Workspaces;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Writes down what robots are to tell, in the transaction of the fact: to groups in the language of the workspace, and
 * never an address or a phone number.
 */
@Component
class ChatLines implements NoticeCarrier {

    /** Full hours are when everybody sends; each robot keeps its own minute within three before or after. */
    private static final int SPREAD_SECONDS = 180;

    private final NotificationTexts texts;
    private final Workspaces workspaces;
    private final JdbcClient jdbc;
    private final Ids ids;
    private final Clock clock;
    private final String baseUrl;

    ChatLines(
            NotificationTexts texts,
            Workspaces workspaces,
            JdbcClient jdbc,
            Ids ids,
            Clock clock,
            @Value("${opsdeck.base-url}") String baseUrl) {
        this.texts = texts;
        this.workspaces = workspaces;
        this.jdbc = jdbc;
        this.ids = ids;
        this.clock = clock;
        this.baseUrl = baseUrl;
    }

    /** @param member whom it tells, or null for the group */
    private record Listener(
            UUID robot,
            @Nullable Integer dailyHour,
            @Nullable String member) {}

    @Override
    public void carry(Notice notice, List<UUID> members) {
        List<Listener> listeners = jdbc.sql("""
                        select r.id, r.daily_hour, null from core.chat_robot r
                        where r.enabled and r.removed_at is null and ? = any(r.kinds)
                        union all
                        select r.id, r.daily_hour, m.name from core.chat_choice c
                        join core.chat_robot r on r.id = c.robot_id and r.enabled and r.removed_at is null and r.for_members
                        join core.member m on m.id = c.member_id
                        where c.member_id = any(?)
                        """)
                .params(notice.kind(), members.toArray(UUID[]::new))
                .query(ChatLines::listener)
                .list();
        if (listeners.isEmpty()) {
            return;
        }
        WorkspaceSettings settings =
                workspaces.require(CurrentWorkspace.require()).settings();
        String sentence = ContactMask.within(texts.sentence(notice, Locale.forLanguageTag(settings.locale())));
        listeners.forEach(each -> write(each, notice, sentence, settings.timeZone()));
    }

    private static Listener listener(ResultSet row, int number) throws SQLException {
        return new Listener(row.getObject(1, UUID.class), row.getObject(2, Integer.class), row.getString(3));
    }

    private void write(Listener listener, Notice notice, String sentence, ZoneId zone) {
        Instant now = clock.instant();
        jdbc.sql("""
                        insert into core.chat_line (id, workspace_id, robot_id, text, link, due_at)
                        values (?, core.current_workspace(), ?, ?, ?, ?)
                        """)
                .param(ids.next())
                .param(listener.robot())
                .param(listener.member() == null ? sentence : listener.member() + ": " + sentence)
                .param(baseUrl + notice.link())
                .param(Timestamp.from(
                        listener.dailyHour() == null ? now : next(now, zone, listener.dailyHour(), listener.robot())))
                .update();
    }

    /** The next time that it is that hour in the zone, give or take what this robot keeps apart from others. */
    static Instant next(Instant now, ZoneId zone, int hour, UUID robot) {
        int spread = Math.floorMod(robot.hashCode(), 2 * SPREAD_SECONDS + 1) - SPREAD_SECONDS;
        LocalDate today = LocalDate.ofInstant(now, zone);
        Instant due = at(today, zone, hour, spread);
        return due.isAfter(now) ? due : at(today.plusDays(1), zone, hour, spread);
    }

    private static Instant at(LocalDate day, ZoneId zone, int hour, int spread) {
        return day.atTime(LocalTime.of(hour, 0)).atZone(zone).toInstant().plusSeconds(spread);
    }
}
