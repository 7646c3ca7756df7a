package io.opsdeck.core.job;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.opsdeck.core.database.Patience;
import io.opsdeck.core.workspace.CurrentWorkspace;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What Prometheus sees of jobs, over all workspaces. A queue is a kind of job. What waits is asked of the database every
 * ten seconds and not when somebody reads the meters, so reading them never waits for a database; while it does not
 * answer, these meters are not a number.
 */
@Component
class JobMeters implements MeterBinder {

    private static final Logger log = LoggerFactory.getLogger(JobMeters.class);
    private static final long SAMPLE_MILLIS = 10_000;
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration[] BOUNDS = {
        Duration.ofSeconds(1),
        Duration.ofSeconds(10),
        Duration.ofMinutes(1),
        Duration.ofMinutes(10),
        Duration.ofHours(1),
        Duration.ofHours(6)
    };

    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final ObjectProvider<JobHandler> handlers;

    /** Counts nothing until there is something to count in. */
    private volatile MeterRegistry registry = new CompositeMeterRegistry();

    private volatile Waiting waiting = Waiting.UNKNOWN;

    JobMeters(JdbcClient jdbc, TransactionTemplate transactions, ObjectProvider<JobHandler> handlers) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.handlers = handlers;
    }

    /** Due jobs that nobody has begun. */
    private record Queue(String kind, long ready, double oldestSeconds) {}

    /** @param lagSeconds how late the most overdue task of the scheduler is, whatever it does */
    private record Waiting(boolean known, Map<String, Queue> queues, double lagSeconds) {

        private static final Waiting UNKNOWN = new Waiting(false, Map.of(), Double.NaN);

        double of(String kind, ToDoubleFunction<Queue> number) {
            if (!known) {
                return Double.NaN;
            }
            Queue queue = queues.get(kind);
            return queue == null ? 0 : number.applyAsDouble(queue);
        }
    }

    @Override
    public void bindTo(MeterRegistry meters) {
        registry = meters;
        reclaimedCounter();
        handlers.stream().map(JobHandler::kind).forEach(kind -> bindQueue(meters, kind));
        Gauge.builder("opsdeck.schedule.lag", () -> waiting.lagSeconds())
                .baseUnit("seconds")
                .description("How late the most overdue task of the scheduler is")
                .register(meters);
    }

    private void bindQueue(MeterRegistry meters, String kind) {
        Gauge.builder("opsdeck.jobs.ready", () -> waiting.of(kind, Queue::ready))
                .description("Jobs that are due and not begun")
                .tag("queue", kind)
                .register(meters);
        Gauge.builder("opsdeck.jobs.oldest.age", () -> waiting.of(kind, Queue::oldestSeconds))
                .baseUnit("seconds")
                .description("How long the oldest of them has been due")
                .tag("queue", kind)
                .register(meters);
    }

    void ended(String kind, JobOutcome outcome, Duration took) {
        Timer.builder("opsdeck.job.duration")
                .description("Attempts at jobs and how they ended")
                .tag("kind", kind)
                .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                .serviceLevelObjectives(BOUNDS)
                .register(registry)
                .record(took);
    }

    void reclaimed() {
        reclaimedCounter().increment();
    }

    private Counter reclaimedCounter() {
        return Counter.builder("opsdeck.job.reclaimed")
                .description("Jobs taken over after their lease ran out")
                .register(registry);
    }

    @Scheduled(fixedDelay = SAMPLE_MILLIS)
    void sample() {
        Patience.limit(PATIENCE);
        try {
            waiting =
                    CurrentWorkspace.callAsSystem(() -> Objects.requireNonNull(transactions.execute(status -> read())));
        } catch (DataAccessException | TransactionException e) {
            waiting = Waiting.UNKNOWN;
            log.debug("the queues could not be read", e);
        } finally {
            Patience.unlimited();
        }
    }

    private Waiting read() {
        List<Queue> queues = jdbc.sql("""
                        select j.kind, count(*), max(extract(epoch from now() - t.execution_time))
                        from core.scheduled_tasks t join core.job j on j.id = split_part(t.task_instance, '/', 1)::uuid
                        where t.task_name = ? and not t.picked and t.execution_time <= now() and j.state = 'WAITING'
                        group by j.kind
                        """)
                .param(JobSchedule.TASK)
                .query((row, number) -> new Queue(row.getString(1), row.getLong(2), row.getDouble(3)))
                .list();
        double lag = jdbc.sql("select coalesce(max(extract(epoch from now() - execution_time)), 0)"
                        + " from core.scheduled_tasks where not picked and execution_time <= now()")
                .query(Double.class)
                .single();
        return new Waiting(true, queues.stream().collect(Collectors.toMap(Queue::kind, queue -> queue)), lag);
    }
}
