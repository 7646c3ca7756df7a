package io.opsdeck.core.job;

import io.opsdeck.core.audit.Actor;
import io.opsdeck.core.database.Patience;
import io.opsdeck.core.job.Schedules.ScheduleView;
import io.opsdeck.core.job.Timetable.Frequency;
import io.opsdeck.core.worker.Worker;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.WorkspaceId;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Starts what is due, by the time of the database, on a thread of its own: jobs that take long hold no schedule up. Each
 * time of a schedule is a row with the schedule and that time as key, so any number of nodes start it once.
 */
@Component
class ScheduleClock extends Worker {

    private static final Logger log = LoggerFactory.getLogger(ScheduleClock.class);

    /** What is later than this is left out. */
    private static final Duration GRACE = Duration.ofHours(6);

    private static final Duration BETWEEN_TICKS = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int PHASE = 0;
    private static final int MOST_AT_ONCE = 200;

    /** Times that were missed are noted one by one up to here. */
    private static final int MOST_MISSED = 31;

    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final ObjectProvider<ScheduledWork> work;
    private boolean reckoned;

    ScheduleClock(JdbcClient jdbc, TransactionTemplate transactions, ObjectProvider<ScheduledWork> work) {
        super("schedules", PHASE, PATIENCE);
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.work = work;
    }

    private record Place(ScheduleId id, WorkspaceId workspace) {}

    private record Due(
            String kind,
            String parameters,
            Timetable timetable,
            UUID member,
            String memberName,
            Instant at,
            Instant now) {}

    @Override
    protected Duration step() {
        Patience.limit(PATIENCE);
        if (!reckoned) {
            reckon();
            reckoned = true;
        }
        tick();
        return BETWEEN_TICKS;
    }

    /** One schedule that cannot be started holds up no other. */
    void tick() {
        List<Place> due = CurrentWorkspace.callAsSystem(() -> transactions.execute(status -> jdbc.sql(
                        "select id, workspace_id from core.schedule where not paused and next_at <= now()"
                                + " order by next_at limit ?")
                .param(MOST_AT_ONCE)
                .query((row, number) -> new Place(
                        new ScheduleId(row.getObject(1, UUID.class)), new WorkspaceId(row.getObject(2, UUID.class))))
                .list()));
        for (Place place : due == null ? List.<Place>of() : due) {
            try {
                CurrentWorkspace.run(
                        place.workspace(), () -> transactions.executeWithoutResult(status -> start(place.id())));
            } catch (RuntimeException e) {
                log.warn("The schedule {} could not be started and is tried again", place.id(), e);
            }
        }
    }

    private void start(ScheduleId id) {
        Due due = take(id);
        if (due == null) {
            return;
        }
        List<Instant> missed = new ArrayList<>();
        Instant last = due.at();
        for (Instant next = due.timetable().next(last);
                !next.isAfter(due.now());
                next = due.timetable().next(last)) {
            missed.add(last);
            last = next;
        }
        missed.subList(0, Math.max(0, missed.size() - MOST_MISSED)).clear();
        missed.forEach(time -> note(id, time, TickOutcome.MISSED));
        boolean late = last.isBefore(due.now().minus(GRACE));
        if (note(id, last, late ? TickOutcome.TOO_LATE : TickOutcome.STARTED) && !late) {
            JobId job = start(due.kind(), due.parameters(), due.member(), due.memberName());
            jdbc.sql("update core.schedule_tick set job_id = ? where schedule_id = ? and due_at = ?")
                    .params(job.id(), id.id(), Timestamp.from(last))
                    .update();
        }
        jdbc.sql("update core.schedule set next_at = ? where id = ?")
                .params(Timestamp.from(due.timetable().next(last)), id.id())
                .update();
    }

    private @Nullable Due take(ScheduleId id) {
        return jdbc.sql("""
                        select s.kind, s.parameters::text, s.frequency, s.day, s.at, s.zone, s.member_id, m.name, s.next_at,
                          now()
                        from core.schedule s join core.member m on m.id = s.member_id
                        where s.id = ? and not s.paused and s.next_at <= now() for update of s skip locked
                        """)
                .param(id.id())
                .query((row, number) -> new Due(
                        row.getString(1),
                        row.getString(2),
                        new Timetable(
                                Frequency.valueOf(row.getString(3)),
                                row.getInt(4),
                                row.getObject(5, LocalTime.class),
                                ZoneId.of(row.getString(6))),
                        row.getObject(7, UUID.class),
                        row.getString(8),
                        row.getTimestamp(9).toInstant(),
                        row.getTimestamp(10).toInstant()))
                .optional()
                .orElse(null);
    }

    /** Starts it besides its times. Part of the caller's transaction. */
    JobId startByHand(ScheduleView schedule) {
        JobId job = start(schedule.kind(), schedule.parameters(), schedule.owner(), schedule.ownerName());
        jdbc.sql("insert into core.schedule_tick (schedule_id, due_at, workspace_id, outcome, job_id)"
                        + " values (?, clock_timestamp(), core.current_workspace(), ?, ?)")
                .params(schedule.id().id(), TickOutcome.BY_HAND.name(), job.id())
                .update();
        return job;
    }

    private JobId start(String kind, String parameters, UUID member, String memberName) {
        ScheduledWork found = work.stream()
                .filter(each -> each.kind().equals(kind))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("nobody does " + kind));
        var actor = new Actor(Actor.Kind.MEMBER, member, memberName, null, null);
        return Actor.call(actor, () -> found.start(parameters));
    }

    private boolean note(ScheduleId id, Instant dueAt, TickOutcome outcome) {
        return jdbc.sql("insert into core.schedule_tick (schedule_id, due_at, workspace_id, outcome)"
                                + " values (?, ?, core.current_workspace(), ?) on conflict do nothing")
                        .param(id.id())
                        .param(Timestamp.from(dueAt))
                        .param(outcome.name())
                        .update()
                == 1;
    }

    /** The rules of zones change with the runtime, so what comes next is reckoned anew when it starts. */
    void reckon() {
        record Coming(ScheduleId id, Timetable timetable, Instant at, Instant now) {}
        CurrentWorkspace.callAsSystem(() -> transactions.execute(status -> {
            List<Coming> coming = jdbc.sql("select id, frequency, day, at, zone, next_at, now() from core.schedule"
                            + " where next_at > now() for update")
                    .query((row, number) -> new Coming(
                            new ScheduleId(row.getObject(1, UUID.class)),
                            new Timetable(
                                    Frequency.valueOf(row.getString(2)),
                                    row.getInt(3),
                                    row.getObject(4, LocalTime.class),
                                    ZoneId.of(row.getString(5))),
                            row.getTimestamp(6).toInstant(),
                            row.getTimestamp(7).toInstant()))
                    .list();
            for (Coming each : coming) {
                Instant next = each.timetable().next(each.now());
                if (!next.equals(each.at())) {
                    jdbc.sql("update core.schedule set next_at = ? where id = ?")
                            .params(Timestamp.from(next), each.id().id())
                            .update();
                }
            }
            return true;
        }));
    }
}
