package io.opsdeck.core.job;

import io.opsdeck.core.audit.Actor;
import io.opsdeck.core.error.ErrorKind;
import io.opsdeck.core.error.OpsdeckException;
import io.opsdeck.core.member.Access;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.WorkspaceId;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/**
 * Claims a job, lets its handler run and writes how it ended. The lease is in the time of the database and renewed by
 * {@link JobLeases}; who finds it expired takes the job over with the next attempt, and every write of the old one then meets
 * no row.
 */
@Component
class JobRunner {

    private static final Logger log = LoggerFactory.getLogger(JobRunner.class);
    private static final int MOST_FAILURES = 5;

    /** Each pause is four times the last one, so the last attempt comes after some seven minutes. */
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);

    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);
    private static final int LONGEST_DETAIL = 1_000;

    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;

    /** A handler may hold a snapshot open while it says how far it is. */
    private final TransactionTemplate ownTransactions;

    private final Clock clock;
    private final JsonMapper json;
    private final ObjectProvider<JobHandler> handlers;
    private final JobMeters meters;
    private final JobLeases leases;
    private final JobAttempts attempts;
    private final JobReports reports;
    private final ApplicationEventPublisher events;
    private volatile boolean stopping;

    JobRunner(
            JdbcClient jdbc,
            TransactionTemplate transactions,
            Clock clock,
            JsonMapper json,
            ObjectProvider<JobHandler> handlers,
            JobMeters meters,
            JobLeases leases,
            JobAttempts attempts,
            JobReports reports,
            ApplicationEventPublisher events) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.ownTransactions = new TransactionTemplate(Objects.requireNonNull(transactions.getTransactionManager()));
        ownTransactions.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
        this.clock = clock;
        this.json = json;
        this.handlers = handlers;
        this.meters = meters;
        this.leases = leases;
        this.attempts = attempts;
        this.reports = reports;
        this.events = events;
    }

    private record Claim(
            JobId id,
            WorkspaceId workspace,
            String kind,
            String parameters,
            int attempt,
            int failures,
            @Nullable String cursor,
            Actor actor,
            boolean reclaimed) {}

    /** @param again when to look at the job again, null when nothing is left to do */
    private record Ending(JobOutcome outcome, @Nullable Instant again) {}

    /** Runs the job if it is due and free; answers when to look at it again, or empty when nothing is left to do. */
    Optional<Instant> run(JobId id) {
        if (stopping) {
            return Optional.of(clock.instant());
        }
        Optional<Claim> claim = CurrentWorkspace.callAsSystem(() -> transactions.execute(status -> claim(id)));
        if (claim.isEmpty()) {
            return CurrentWorkspace.callAsSystem(() -> transactions.execute(status -> whenFree(id)));
        }
        return run(claim.get());
    }

    /** Whether this process works at the job, with or without its lease. */
    boolean isRunning(JobId id) {
        return leases.isHeld(id);
    }

    private Optional<Claim> claim(JobId id) {
        Optional<Claim> claim = take(id);
        claim.ifPresent(taken -> attempts.begin(id, taken.attempt(), clock.instant()));
        return claim;
    }

    private Optional<Claim> take(JobId id) {
        return jdbc.sql("""
                        with free as (
                          select id, state from core.job
                          where id = ? and (state = 'WAITING' or (state = 'RUNNING' and lease_until < now())) for update)
                        update core.job j set state = 'RUNNING', attempt = attempt + 1, failures = failures + 1,
                          started_at = coalesce(started_at, ?), lease_until = now() + make_interval(secs => ?)
                        from free where j.id = free.id
                        returning workspace_id, kind, parameters::text, attempt, failures, cursor,
                          actor_kind, actor_id, actor_name, free.state = 'RUNNING'
                        """)
                .params(id.id(), Timestamp.from(clock.instant()), JobLeases.LEASE_SECONDS)
                .query((row, number) -> new Claim(
                        id,
                        new WorkspaceId(row.getObject(1, UUID.class)),
                        row.getString(2),
                        row.getString(3),
                        row.getInt(4),
                        row.getInt(5),
                        row.getString(6),
                        new Actor(
                                Actor.Kind.valueOf(row.getString(7)),
                                row.getObject(8, UUID.class),
                                row.getString(9),
                                null,
                                null),
                        row.getBoolean(10)))
                .optional();
    }

    /** A job that another node holds is looked at again when its lease ends. */
    private Optional<Instant> whenFree(JobId id) {
        return jdbc.sql(
                        "select extract(epoch from lease_until - now()) from core.job where id = ? and state = 'RUNNING'")
                .param(id.id())
                .query(Double.class)
                .optional()
                .map(seconds -> clock.instant().plusMillis((long) (seconds * 1000) + 1000));
    }

    private Optional<Instant> run(Claim claim) {
        if (claim.reclaimed()) {
            meters.reclaimed();
        }
        if (claim.failures() > MOST_FAILURES) {
            end(claim, JobState.FAILED, null, JobError.JOB_CRASHED.code(), new String[0], null);
            return Optional.empty();
        }
        Optional<JobHandler> handler = handlers.stream()
                .filter(candidate -> candidate.kind().equals(claim.kind()))
                .findFirst();
        if (handler.isEmpty()) {
            log.warn("No handler for the job {} of kind {}, it is parked", claim.id(), claim.kind());
            return Optional.of(release(claim, JobOutcome.RELEASED, 0, Duration.ofMinutes(5)));
        }
        leases.hold(claim.id(), claim.attempt());
        long begin = System.nanoTime();
        try {
            var work = new JobRun(
                    claim.id(),
                    claim.attempt(),
                    claim.parameters(),
                    claim.cursor(),
                    jdbc,
                    ownTransactions,
                    json,
                    () -> stopping);
            Ending ending = CurrentWorkspace.call(
                    claim.workspace(), () -> Actor.call(claim.actor(), () -> attempt(claim, handler.get(), work)));
            meters.ended(claim.kind(), ending.outcome(), Duration.ofNanos(System.nanoTime() - begin));
            return Optional.ofNullable(ending.again());
        } finally {
            leases.letGo(claim.id());
        }
    }

    private Ending attempt(Claim claim, JobHandler handler, JobRun work) {
        try {
            Object result = handler.run(work);
            end(
                    claim,
                    JobState.SUCCEEDED,
                    result == null ? null : json.writeValueAsString(result),
                    null,
                    new String[0],
                    null);
            return new Ending(JobOutcome.SUCCEEDED, null);
        } catch (JobStop e) {
            return stopped(claim, e.reason());
        } catch (OpsdeckException e) {
            if (passes(e.code().kind())) {
                return again(claim, e);
            }
            String[] arguments = e.arguments().stream().map(String::valueOf).toArray(String[]::new);
            end(claim, JobState.FAILED, null, e.code().code(), arguments, null);
            return new Ending(JobOutcome.FAILED, null);
        } catch (Exception e) {
            return again(claim, e);
        }
    }

    private static boolean passes(ErrorKind kind) {
        return kind == ErrorKind.UNAVAILABLE || kind == ErrorKind.TOO_MANY;
    }

    private Ending stopped(Claim claim, JobStop.Reason reason) {
        return switch (reason) {
            case CANCELLED -> {
                end(claim, JobState.CANCELLED, null, null, new String[0], null);
                yield new Ending(JobOutcome.CANCELLED, null);
            }
            case LOST -> {
                log.warn("Attempt {} of the job {} lost its lease", claim.attempt(), claim.id());
                yield new Ending(JobOutcome.LOST, null);
            }
            case SHUTDOWN -> new Ending(JobOutcome.RELEASED, release(claim, JobOutcome.RELEASED, 0, Duration.ZERO));
        };
    }

    private Ending again(Claim claim, Exception e) {
        log.warn("Attempt {} of the job {} ({}) failed", claim.attempt(), claim.id(), claim.kind(), e);
        if (stopping) {
            return new Ending(JobOutcome.RELEASED, release(claim, JobOutcome.RELEASED, 0, Duration.ZERO));
        }
        String detail = e.getClass().getSimpleName() + ": " + e.getMessage();
        String shown = detail.length() > LONGEST_DETAIL ? detail.substring(0, LONGEST_DETAIL) : detail;
        Integer failures = CurrentWorkspace.call(
                claim.workspace(),
                () -> transactions.execute(status -> jdbc.sql("update core.job set error_code = ?, error_detail = ?"
                                + " where id = ? and attempt = ? returning failures")
                        .params(JobError.JOB_BROKEN.code(), shown, claim.id().id(), claim.attempt())
                        .query(Integer.class)
                        .optional()
                        .orElse(0)));
        int count = failures == null ? 0 : failures;
        if (count >= MOST_FAILURES) {
            end(claim, JobState.FAILED, null, JobError.JOB_BROKEN.code(), new String[0], shown);
            return new Ending(JobOutcome.FAILED, null);
        }
        return new Ending(JobOutcome.RETRIED, release(claim, JobOutcome.RETRIED, count, pause(count)));
    }

    /** Grows with each failure up to a limit, and is spread so that what failed together does not come back together. */
    static Duration pause(int failures) {
        long grown = FIRST_PAUSE.toMillis() << Math.min(40, 2 * Math.max(0, failures - 1));
        long pause = Math.min(grown, LONGEST_PAUSE.toMillis());
        return Duration.ofMillis(pause + ThreadLocalRandom.current().nextLong(pause / 2));
    }

    private void end(
            Claim claim,
            JobState state,
            @Nullable String result,
            @Nullable String errorCode,
            String[] errorArguments,
            @Nullable String errorDetail) {
        CurrentWorkspace.run(claim.workspace(), () -> {
            List<Access> readers = reports.readers(claim.id(), state);
            transactions.executeWithoutResult(status -> {
                Optional<String> ended = jdbc.sql("""
                                update core.job set state = ?, result = ?::jsonb, error_code = ?, error_arguments = ?,
                                  error_detail = ?, finished_at = ?, lease_until = null
                                where id = ? and attempt = ? and state = 'RUNNING' returning subject
                                """)
                        .param(state.name())
                        .param(result)
                        .param(errorCode)
                        .param(errorArguments)
                        .param(errorDetail)
                        .param(Timestamp.from(clock.instant()))
                        .param(claim.id().id())
                        .param(claim.attempt())
                        .query(String.class)
                        .optional();
                if (ended.isPresent()) {
                    attempts.end(
                            claim.id(),
                            claim.attempt(),
                            JobOutcome.valueOf(state.name()),
                            errorCode,
                            errorDetail,
                            clock.instant());
                    reports.send(claim.id(), state, readers);
                    List<UUID> mailed = readers.stream().map(Access::member).toList();
                    events.publishEvent(
                            new JobEnded(claim.id(), claim.kind(), ended.get(), state, claim.actor(), mailed));
                }
            });
        });
    }

    private Instant release(Claim claim, JobOutcome outcome, int failures, Duration pause) {
        CurrentWorkspace.run(
                claim.workspace(),
                () -> transactions.executeWithoutResult(status -> {
                    int released = jdbc.sql("update core.job set state = 'WAITING', failures = ?, lease_until = null"
                                    + " where id = ? and attempt = ? and state = 'RUNNING'")
                            .params(failures, claim.id().id(), claim.attempt())
                            .update();
                    if (released == 1) {
                        boolean failed = outcome == JobOutcome.RETRIED;
                        attempts.end(
                                claim.id(),
                                claim.attempt(),
                                outcome,
                                failed ? JobError.JOB_BROKEN.code() : null,
                                failed ? detail(claim.id()) : null,
                                clock.instant());
                    }
                }));
        return clock.instant().plus(pause);
    }

    private @Nullable String detail(JobId id) {
        return jdbc.sql("select coalesce(error_detail, '') from core.job where id = ?")
                .param(id.id())
                .query(String.class)
                .optional()
                .orElse(null);
    }

    /** Comes before any bean stops: jobs leave at their next checkpoint and go on elsewhere or after the restart. */
    @EventListener(ContextClosedEvent.class)
    void stop() {
        stopping = true;
    }
}
