package io.opsdeck.core.job;

import io.opsdeck.core.audit.AuditTrail;
import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.id.Ids;
import io.opsdeck.core.job.Timetable.Frequency;
import io.opsdeck.core.member.Access;
import io.opsdeck.core.security.Permission;
import io.opsdeck.core.text.TextHygiene;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.json.JsonMapper;

/**
 * What members had scheduled in the current workspace. A schedule belongs to who made it and starts jobs in his name; he
 * and those who manage jobs may change it.
 */
@Service
@Transactional(readOnly = true)
public class Schedules {

    private static final int LONGEST_NAME = 120;
    private static final int MOST = 200;
    private static final String SELECT = """
            select s.id, s.kind, s.name, s.frequency, s.day, s.at, s.zone, s.paused, s.next_at, s.member_id, m.name,
              t.due_at, t.outcome, t.job_id, j.state, s.parameters::text
            from core.schedule s join core.member m on m.id = s.member_id
            left join lateral (
              select due_at, outcome, job_id from core.schedule_tick where schedule_id = s.id
              order by due_at desc limit 1) t on true
            left join core.job j on j.id = t.job_id
            """;

    private final JdbcClient jdbc;
    private final ScheduleClock ticks;
    private final AuditTrail audit;
    private final Ids ids;
    private final Clock clock;
    private final JsonMapper json;

    Schedules(JdbcClient jdbc, ScheduleClock ticks, AuditTrail audit, Ids ids, Clock clock, JsonMapper json) {
        this.jdbc = jdbc;
        this.ticks = ticks;
        this.audit = audit;
        this.ids = ids;
        this.clock = clock;
        this.json = json;
    }

    /**
     * A schedule.
     *
     * @param nextAt when it is due next, or would be if it were not paused
     * @param last what became of it the last time, or null before the first
     */
    public record ScheduleView(
            ScheduleId id,
            String kind,
            String name,
            Timetable timetable,
            boolean paused,
            Instant nextAt,
            UUID owner,
            String ownerName,
            @Nullable TickView last,
            String parameters) {}

    /**
     * A time at which a schedule was due.
     *
     * @param job what was started, or null
     * @param state of the job
     */
    public record TickView(
            Instant dueAt,
            TickOutcome outcome,
            @Nullable JobId job,
            @Nullable JobState state) {}

    /** By what comes next. */
    public List<ScheduleView> list() {
        return jdbc.sql(SELECT + " order by s.paused, s.next_at, s.id limit ?")
                .param(MOST)
                .query(Schedules::view)
                .list();
    }

    public ScheduleView require(ScheduleId id) {
        return jdbc.sql(SELECT + " where s.id = ?")
                .param(id.id())
                .query(Schedules::view)
                .optional()
                .orElseThrow(JobError.SCHEDULE_NOT_FOUND::exception);
    }

    /**
     * Makes a schedule of {@code by}.
     *
     * @param kind of the {@link ScheduledWork}
     * @param parameters written as JSON
     */
    @Transactional
    public ScheduleId create(String kind, String name, Timetable timetable, Object parameters, Access by) {
        String called = TextHygiene.clean(name).strip();
        if (called.isEmpty()) {
            throw CoreError.REQUIRED.at("/name");
        }
        if (called.length() > LONGEST_NAME) {
            throw CoreError.TOO_LONG.at("/name", LONGEST_NAME);
        }
        Instant now = clock.instant();
        var id = new ScheduleId(ids.next());
        jdbc.sql("""
                        insert into core.schedule (id, workspace_id, kind, name, parameters, frequency, day, at, zone, member_id,
                          next_at, created_at)
                        values (?, core.current_workspace(), ?, ?, ?::jsonb, ?, ?, ?, ?, ?, ?, ?)
                        """)
                .param(id.id())
                .param(kind)
                .param(called)
                .param(json.writeValueAsString(parameters))
                .param(timetable.frequency().name())
                .param(timetable.day())
                .param(timetable.at())
                .param(timetable.zone().getId())
                .param(by.member())
                .param(Timestamp.from(timetable.next(now)))
                .param(Timestamp.from(now))
                .update();
        audit.record("schedule.created", "schedule", id.toString(), called, Map.of(), words(timetable));
        return id;
    }

    @Transactional
    public void change(ScheduleId id, Timetable timetable, Access by) {
        ScheduleView schedule = own(id, by);
        jdbc.sql("update core.schedule set frequency = ?, day = ?, at = ?, zone = ?, next_at = ? where id = ?")
                .param(timetable.frequency().name())
                .param(timetable.day())
                .param(timetable.at())
                .param(timetable.zone().getId())
                .param(Timestamp.from(timetable.next(clock.instant())))
                .param(id.id())
                .update();
        audit.record(
                "schedule.changed",
                "schedule",
                id.toString(),
                schedule.name(),
                words(schedule.timetable()),
                words(timetable));
    }

    /** What would have been due while it is paused is not made up for. */
    @Transactional
    public void pause(ScheduleId id, boolean paused, Access by) {
        ScheduleView schedule = own(id, by);
        int changed = jdbc.sql("update core.schedule set paused = ?, next_at = ? where id = ? and paused <> ?")
                .params(paused, Timestamp.from(schedule.timetable().next(clock.instant())), id.id(), paused)
                .update();
        if (changed == 1) {
            audit.record(
                    paused ? "schedule.paused" : "schedule.resumed",
                    "schedule",
                    id.toString(),
                    schedule.name(),
                    Map.of(),
                    Map.of());
        }
    }

    /** Starts it now, in the name of its owner, as if it were due. */
    @Transactional
    public JobId runNow(ScheduleId id, Access by) {
        ScheduleView schedule = own(id, by);
        JobId job = ticks.startByHand(schedule);
        audit.record("schedule.run", "schedule", id.toString(), schedule.name(), Map.of(), Map.of());
        return job;
    }

    @Transactional
    public void delete(ScheduleId id, Access by) {
        ScheduleView schedule = own(id, by);
        jdbc.sql("delete from core.schedule where id = ?").param(id.id()).update();
        audit.record(
                "schedule.deleted", "schedule", id.toString(), schedule.name(), words(schedule.timetable()), Map.of());
    }

    private ScheduleView own(ScheduleId id, Access by) {
        ScheduleView schedule = require(id);
        if (!schedule.owner().equals(by.member()) && !by.may(Permission.JOB_MANAGE)) {
            throw CoreError.FORBIDDEN.exception(Permission.JOB_MANAGE.key());
        }
        return schedule;
    }

    private static Map<String, String> words(Timetable timetable) {
        String when = timetable.frequency().key()
                + (timetable.day() == 0 ? "" : " " + timetable.day())
                + " " + timetable.at() + " " + timetable.zone();
        return Map.of("schedule", when);
    }

    static ScheduleView view(ResultSet row, int number) throws SQLException {
        UUID job = row.getObject(14, UUID.class);
        String state = row.getString(15);
        TickView last = row.getTimestamp(12) == null
                ? null
                : new TickView(
                        row.getTimestamp(12).toInstant(),
                        TickOutcome.valueOf(row.getString(13)),
                        job == null ? null : new JobId(job),
                        state == null ? null : JobState.valueOf(state));
        return new ScheduleView(
                new ScheduleId(row.getObject(1, UUID.class)),
                row.getString(2),
                row.getString(3),
                new Timetable(
                        Frequency.valueOf(row.getString(4)),
                        row.getInt(5),
                        row.getObject(6, LocalTime.class),
                        ZoneId.of(row.getString(7))),
                row.getBoolean(8),
                row.getTimestamp(9).toInstant(),
                row.getObject(10, UUID.class),
                row.getString(11),
                last,
                row.getString(16));
    }
}
