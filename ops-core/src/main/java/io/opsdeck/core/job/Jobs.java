package io.opsdeck.core.job;

import com.github.kagkarlsson.scheduler.SchedulerClient;
import io.opsdeck.core.audit.Actor;
import io.opsdeck.core.audit.AuditTrail;
import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.id.Ids;
import io.opsdeck.core.page.Page;
import io.opsdeck.core.workspace.CurrentWorkspace;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.json.JsonMapper;

/** The background jobs of the current workspace. */
@Service
@Transactional(readOnly = true)
public class Jobs {

    private static final int LONGEST_SUBJECT = 200;
    private static final int MOST_ATTEMPTS = 50;
    private static final UUID LAST = new UUID(-1, -1);
    private static final String SELECT = """
            select id, kind, subject, state, attempt, done, total, cancel_requested, result::text, error_code,
              error_arguments, error_detail, actor_name, created_at, started_at, finished_at, mail_to
            from core.job
            """;

    private final JdbcClient jdbc;
    private final SchedulerClient scheduler;
    private final AuditTrail audit;
    private final Ids ids;
    private final Clock clock;
    private final JsonMapper json;
    private final JobAttempts attempts;
    private final ObjectProvider<JobHandler> handlers;

    Jobs(
            JdbcClient jdbc,
            SchedulerClient scheduler,
            AuditTrail audit,
            Ids ids,
            Clock clock,
            JsonMapper json,
            JobAttempts attempts,
            ObjectProvider<JobHandler> handlers) {
        this.jdbc = jdbc;
        this.scheduler = scheduler;
        this.audit = audit;
        this.ids = ids;
        this.clock = clock;
        this.json = json;
        this.attempts = attempts;
        this.handlers = handlers;
    }

    /**
     * A job as it stands.
     *
     * @param subject what it is about, such as a file's name
     * @param done how much is done, in the unit of {@code total}
     * @param total null while it is not known
     * @param result JSON, when it succeeded or was cancelled with something to show
     * @param errorCode the key of the reason why it failed, or why it is tried again
     * @param errorDetail the technical message behind an unexpected failure
     * @param mailTo the members who asked for a mail at its end
     */
    public record JobView(
            JobId id,
            String kind,
            String subject,
            JobState state,
            int attempt,
            long done,
            @Nullable Long total,
            boolean cancelRequested,
            @Nullable String result,
            @Nullable String errorCode,
            List<String> errorArguments,
            @Nullable String errorDetail,
            String startedBy,
            Instant createdAt,
            @Nullable Instant startedAt,
            @Nullable Instant finishedAt,
            List<UUID> mailTo) {

        /** From 0 to 100, or null while the total is not known. */
        public @Nullable Integer percent() {
            if (total == null) {
                return null;
            }
            return total == 0 ? 100 : (int) Math.min(100, done * 100 / total);
        }

        /** From the first attempt to the end; null before it ended. */
        public @Nullable Duration took() {
            return startedAt == null || finishedAt == null ? null : Duration.between(startedAt, finishedAt);
        }
    }

    /**
     * One attempt.
     *
     * @param outcome null while it is under way
     * @param errorDetail the technical message behind an unexpected failure
     */
    public record AttemptView(
            int number,
            Instant begunAt,
            @Nullable Instant endedAt,
            @Nullable JobOutcome outcome,
            @Nullable String errorCode,
            @Nullable String errorDetail) {

        /** Null while it is under way. */
        public @Nullable Duration took() {
            return endedAt == null ? null : Duration.between(begunAt, endedAt);
        }
    }

    /**
     * Starts a job when the caller's transaction commits.
     *
     * @param kind of the {@link JobHandler}
     * @param subject what it is about, shown beside the kind
     * @param parameters written as JSON; the handler reads them by {@link JobRun#parameters}
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public JobId start(String kind, String subject, Object parameters) {
        var id = new JobId(ids.next());
        Actor actor = Actor.current();
        Instant now = clock.instant();
        jdbc.sql("""
                        insert into core.job (id, workspace_id, kind, subject, state, parameters, actor_kind, actor_id,
                          actor_name, created_at)
                        values (?, ?, ?, ?, 'WAITING', ?::jsonb, ?, ?, ?, ?)
                        """)
                .param(id.id())
                .param(CurrentWorkspace.require().id())
                .param(kind)
                .param(subject.length() > LONGEST_SUBJECT ? subject.substring(0, LONGEST_SUBJECT) : subject)
                .param(json.writeValueAsString(parameters))
                .param(actor.kind().name())
                .param(actor.id())
                .param(actor.name())
                .param(Timestamp.from(now))
                .update();
        scheduler.scheduleIfNotExists(JobSchedule.wake(id, 0), now);
        return id;
    }

    public JobView require(JobId id) {
        return jdbc.sql(SELECT + " where id = ?")
                .param(id.id())
                .query(Jobs::view)
                .optional()
                .orElseThrow(JobError.JOB_NOT_FOUND::exception);
    }

    /**
     * Newest first.
     *
     * @param cursor where the last page ended, or null for the first
     */
    public Page<JobView> page(JobFilter filter, @Nullable String cursor, int limit) {
        String state = filter.state() == null ? null : filter.state().name();
        List<JobView> rows = jdbc.sql(SELECT + " where id < ? and (?::text is null or kind = ?)"
                        + " and (?::text is null or state = ?) order by id desc limit ?")
                .param(cursor == null ? LAST : before(cursor))
                .param(filter.kind())
                .param(filter.kind())
                .param(state)
                .param(state)
                .param(limit + 1)
                .query(Jobs::view)
                .list();
        return Page.of(rows, limit, last -> last.id().toString());
    }

    /** The waiting and running ones, newest first. */
    public List<JobView> open() {
        return jdbc.sql(SELECT + " where state in ('WAITING', 'RUNNING') order by id desc limit 50")
                .query(Jobs::view)
                .list();
    }

    /** The kinds there are. */
    public List<String> kinds() {
        return handlers.stream().map(JobHandler::kind).sorted().toList();
    }

    /** The last attempts, newest first. */
    public List<AttemptView> attempts(JobId id) {
        return attempts.list(require(id).id(), MOST_ATTEMPTS);
    }

    /** How many ended by a failure that nobody has looked after yet. */
    public int failed(@Nullable String kind) {
        return jdbc.sql("select count(*) from core.job where state = 'FAILED' and (?::text is null or kind = ?)")
                .param(kind)
                .param(kind)
                .query(Integer.class)
                .single();
    }

    /** Remembers whether a member wants a mail when the job has ended. */
    @Transactional
    public void mailWhenDone(JobId id, UUID member, boolean wanted) {
        require(id);
        int changed = jdbc.sql(
                        "update core.job set mail_to = case when ? then array_append(array_remove(mail_to, ?), ?)"
                                + " else array_remove(mail_to, ?) end where id = ? and state in ('WAITING', 'RUNNING')")
                .params(wanted, member, member, member, id.id())
                .update();
        if (changed == 0) {
            throw JobError.JOB_ENDED.exception();
        }
    }

    /** A waiting job ends at once, a running one at its next checkpoint; what it did stays. */
    @Transactional
    public void cancel(JobId id) {
        JobView job = require(id);
        int open =
                jdbc.sql("""
                        update core.job set cancel_requested = true,
                          state = case state when 'WAITING' then 'CANCELLED' else state end,
                          finished_at = case state when 'WAITING' then ?::timestamptz end
                        where id = ? and state in ('WAITING', 'RUNNING')
                        """).params(Timestamp.from(clock.instant()), id.id()).update();
        if (open == 0) {
            throw JobError.JOB_ENDED.exception();
        }
        audit.record("job.cancelled", "job", id.toString(), job.subject(), Map.of(), Map.of());
    }

    /** A failed or cancelled job goes on from its cursor. */
    @Transactional
    public void retry(JobId id) {
        JobView job = require(id);
        if (wakeAgain("id = ? and state in ('FAILED', 'CANCELLED')", List.of(id.id())) == 0) {
            throw JobError.JOB_NOT_FAILED.exception();
        }
        audit.record("job.retried", "job", id.toString(), job.subject(), Map.of(), Map.of());
    }

    /**
     * All that failed go on from their cursors.
     *
     * @param kind null for all kinds
     * @return how many they are
     */
    @Transactional
    public int retryAll(@Nullable String kind) {
        List<Object> values = new ArrayList<>();
        values.add(kind == null ? "" : kind);
        values.add(kind == null ? "" : kind);
        int again = wakeAgain("state = 'FAILED' and (? = '' or kind = ?)", values);
        if (again > 0) {
            audit.record("job.all_retried", "job", "", kind == null ? "" : kind, Map.of(), Map.of("jobs", again));
        }
        return again;
    }

    /** Nobody needs what failed any more. */
    @Transactional
    public void discard(JobId id) {
        JobView job = require(id);
        int changed = jdbc.sql("update core.job set state = 'DISCARDED' where id = ? and state = 'FAILED'")
                .param(id.id())
                .update();
        if (changed == 0) {
            throw JobError.JOB_NOT_FAILED.exception();
        }
        audit.record("job.discarded", "job", id.toString(), job.subject(), Map.of(), Map.of());
    }

    private int wakeAgain(String condition, List<?> values) {
        record Woken(JobId id, int attempt) {}
        List<Woken> woken = jdbc.sql("""
                        update core.job set state = 'WAITING', failures = 0, cancel_requested = false, finished_at = null,
                          result = null, error_code = null, error_arguments = null, error_detail = null
                        where""" + " " + condition + " returning id, attempt")
                .params(values)
                .query((row, number) -> new Woken(new JobId(row.getObject(1, UUID.class)), row.getInt(2)))
                .list();
        woken.forEach(job -> scheduler.scheduleIfNotExists(JobSchedule.wake(job.id(), job.attempt()), clock.instant()));
        return woken.size();
    }

    private static UUID before(String cursor) {
        try {
            return UUID.fromString(cursor);
        } catch (IllegalArgumentException e) {
            throw CoreError.INVALID_VALUE.at("cursor");
        }
    }

    private static JobView view(ResultSet row, int number) throws SQLException {
        return new JobView(
                new JobId(row.getObject(1, UUID.class)),
                row.getString(2),
                row.getString(3),
                JobState.valueOf(row.getString(4)),
                row.getInt(5),
                row.getLong(6),
                row.getObject(7, Long.class),
                row.getBoolean(8),
                row.getString(9),
                row.getString(10),
                texts(row.getArray(11)),
                row.getString(12),
                row.getString(13),
                row.getTimestamp(14).toInstant(),
                instant(row.getTimestamp(15)),
                instant(row.getTimestamp(16)),
                List.of((UUID[]) row.getArray(17).getArray()));
    }

    private static List<String> texts(@Nullable Array array) throws SQLException {
        return array == null ? List.of() : List.of((String[]) array.getArray());
    }

    private static @Nullable Instant instant(@Nullable Timestamp time) {
        return time == null ? null : time.toInstant();
    }
}
