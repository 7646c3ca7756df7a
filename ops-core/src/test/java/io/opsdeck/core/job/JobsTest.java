package io.opsdeck.core.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opsdeck.core.audit.Actor;
import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.error.OpsdeckException;
import io.opsdeck.core.file.FileError;
import io.opsdeck.core.file.FileId;
import io.opsdeck.core.file.FileStore;
import io.opsdeck.core.id.Ids;
import io.opsdeck.core.job.Jobs.JobView;
import io.opsdeck.core.testing.CoreApplication;
import io.opsdeck.core.testing.TestDatabase;
import io.opsdeck.core.testing.TestWorkspaces;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.WorkspaceId;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.context.TestPropertySource;
import org.springframework.transaction.support.TransactionTemplate;

@SpringBootTest(classes = CoreApplication.class)
@ContextConfiguration(initializers = TestDatabase.Initializer.class)
@TestPropertySource(locations = "classpath:opsdeck-core.properties")
@Import(JobsTest.Handlers.class)
class JobsTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    /** As many jobs run at once. */
    private static final int THREADS = 6;

    @Autowired
    Jobs jobs;

    @Autowired
    JobRunner runner;

    @Autowired
    Counting counting;

    @Autowired
    Hanging hanging;

    @Autowired
    FileStore files;

    @Autowired
    JdbcClient jdbc;

    @Autowired
    TransactionTemplate transactions;

    @Autowired
    Ids ids;

    @Autowired
    JobMeters jobMeters;

    MeterRegistry meters = new SimpleMeterRegistry();

    WorkspaceId workspace = new WorkspaceId(new UUID(0, 9));

    @BeforeEach
    void openWorkspace() {
        workspace = TestWorkspaces.create(jdbc, transactions, ids);
        counting.reset();
        meters = new SimpleMeterRegistry();
        jobMeters.bindTo(meters);
    }

    @TestConfiguration
    static class Handlers {

        @Bean
        Counting counting() {
            return new Counting();
        }

        @Bean
        Hanging hanging() {
            return new Hanging();
        }
    }

    /** Scheduled like the meters, and held up as they are by a database that does not answer. */
    static final class Hanging {

        volatile CountDownLatch hang = new CountDownLatch(0);
        volatile boolean hangs;

        @Scheduled(fixedDelay = 50)
        void work() throws InterruptedException {
            hangs = hang.getCount() > 0;
            hang.await();
            hangs = false;
        }
    }

    /** What a test asks of a job: how many steps, and what goes wrong before which of them. */
    record Plan(int steps, int refusedAt, int brokenAt) {}

    record Position(int step) {}

    /** Counts to the number of its steps; waits at each for {@link #gate} where one is set. */
    static final class Counting implements JobHandler {

        final List<Integer> steps = new ArrayList<>();
        final Map<JobId, Actor> actors = new ConcurrentHashMap<>();
        final AtomicInteger breaks = new AtomicInteger();
        volatile Semaphore gate = new Semaphore(Integer.MAX_VALUE);

        void reset() {
            synchronized (steps) {
                steps.clear();
            }
            gate = new Semaphore(Integer.MAX_VALUE);
            breaks.set(0);
        }

        @Override
        public String kind() {
            return "test.count";
        }

        @Override
        public Object run(JobRun run) throws InterruptedException {
            Plan plan = run.parameters(Plan.class);
            actors.put(run.id(), Actor.current());
            run.total(plan.steps());
            int from = run.cursor(Position.class).map(Position::step).orElse(0);
            for (int step = from; step < plan.steps(); step++) {
                gate.acquire();
                if (step == plan.refusedAt() && breaks.getAndIncrement() == 0) {
                    throw CoreError.TOO_LONG.exception(7);
                }
                if (step == plan.brokenAt() && breaks.getAndIncrement() == 0) {
                    throw new IllegalStateException("broken pipe");
                }
                int done = step;
                run.checkpoint(new Position(step + 1), step + 1L, () -> {
                    synchronized (steps) {
                        steps.add(done);
                    }
                });
            }
            return Map.of("counted", plan.steps());
        }
    }

    @Test
    void aJobRunsInTheNameOfWhoStartedItAndShowsItsResult() {
        var actor = new Actor(Actor.Kind.MEMBER, ids.next(), "Lin", "r-1", "::1");
        JobId id = Actor.call(actor, () -> start(new Plan(3, -1, -1)));
        JobView job = awaitState(id, JobState.SUCCEEDED);
        assertThat(job.done()).isEqualTo(3);
        assertThat(job.percent()).isEqualTo(100);
        assertThat(job.result()).isEqualTo("{\"counted\": 3}");
        assertThat(job.startedBy()).isEqualTo("Lin");
        assertThat(Objects.requireNonNull(counting.actors.get(id)).id()).isEqualTo(actor.id());
        assertThat(in(() -> jobs.open())).isEmpty();
        assertThat(in(() -> jobs.page(new JobFilter(null, JobState.SUCCEEDED), null, 10))
                        .data())
                .extracting(JobView::id)
                .containsExactly(id);
    }

    @Test
    void whoStartedAJobFindsInHisInboxHowItEnded() {
        UUID member = TestWorkspaces.join(jdbc, transactions, ids, workspace, "operator");
        var actor = new Actor(Actor.Kind.MEMBER, member, "Lin", null, null);
        JobId good = Actor.call(actor, () -> start(new Plan(1, -1, -1)));
        awaitState(good, JobState.SUCCEEDED);
        JobId bad = Actor.call(actor, () -> start(new Plan(2, 1, -1)));
        awaitState(bad, JobState.FAILED);
        awaitState(start(new Plan(1, -1, -1)), JobState.SUCCEEDED);
        List<String> told =
                in(() -> transactions.execute(status -> jdbc.sql("select kind || ' ' || link || ' ' || arguments[2]"
                                + " from core.notification where member_id = ? order by happened_at")
                        .param(member)
                        .query(String.class)
                        .list()));
        assertThat(told)
                .containsExactly("job.finished /jobs/" + good + " file.csv", "job.failed /jobs/" + bad + " file.csv");
    }

    @Test
    void aJobWhoseTransactionRollsBackNeverExists() {
        in(() -> transactions.execute(status -> {
            jobs.start("test.count", "file.csv", new Plan(1, -1, -1));
            status.setRollbackOnly();
            return true;
        }));
        assertThat(in(() -> jobs.page(JobFilter.ALL, null, 10)).data()).isEmpty();
    }

    @Test
    void cancelStopsARunningJobAtItsCheckpointAndRetryGoesOnFromThere() {
        counting.gate = new Semaphore(2);
        JobId id = start(new Plan(5, -1, -1));
        await().atMost(LONG).until(() -> require(id).done() == 2);
        in(() -> {
            jobs.cancel(id);
            return true;
        });
        counting.gate.release(100);
        assertThat(awaitState(id, JobState.CANCELLED).done()).isEqualTo(3);
        assertThatThrownBy(() -> in(() -> {
                    jobs.cancel(id);
                    return true;
                }))
                .isInstanceOfSatisfying(
                        OpsdeckException.class, e -> assertThat(e.code()).isEqualTo(JobError.JOB_ENDED));
        retry(id);
        awaitState(id, JobState.SUCCEEDED);
        assertThat(counting.steps).containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    void aRefusalEndsTheJobWithItsReason() {
        JobId id = start(new Plan(5, 2, -1));
        JobView job = awaitState(id, JobState.FAILED);
        assertThat(job.errorCode()).isEqualTo("too_long");
        assertThat(job.errorArguments()).containsExactly("7");
        retry(id);
        awaitState(id, JobState.SUCCEEDED);
        assertThat(counting.steps).containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    void anUnexpectedFailureIsTriedAgainByItself() {
        JobId id = start(new Plan(5, -1, 3));
        await().atMost(LONG).until(() -> "job_broken".equals(require(id).errorCode()));
        assertThat(require(id).errorDetail()).contains("broken pipe");
        JobView job = awaitState(id, JobState.SUCCEEDED);
        assertThat(job.errorCode()).isNull();
        assertThat(counting.steps).containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    void whoLostItsLeaseChangesNothingMore() throws Exception {
        var first = new Semaphore(1);
        counting.gate = first;
        JobId id = start(new Plan(4, -1, -1));
        await().atMost(LONG).until(() -> require(id).done() == 1);
        expireLease(id, 1);
        counting.gate = new Semaphore(Integer.MAX_VALUE);
        var second = CompletableFuture.supplyAsync(() -> runner.run(id));
        assertThat(second.get()).isEmpty();
        JobView ended = require(id);
        assertThat(ended.state()).isEqualTo(JobState.SUCCEEDED);
        first.release(100);
        await().atMost(LONG).until(() -> !runner.isRunning(id));
        assertThat(require(id)).isEqualTo(ended);
        assertThat(counting.steps).containsExactly(0, 1, 2, 3);
        assertThat(ended.attempt()).isEqualTo(2);
    }

    @Test
    void aJobThatBringsTheProcessDownEndsInTheListOfFailedOnes() {
        counting.gate = new Semaphore(0);
        JobId id = start(new Plan(1, -1, -1));
        await().atMost(LONG).until(() -> require(id).state() == JobState.RUNNING);
        expireLease(id, 5);
        assertThat(runner.run(id)).isEmpty();
        assertThat(require(id).errorCode()).isEqualTo("job_crashed");
        counting.gate.release(100);
        await().atMost(LONG).until(() -> !runner.isRunning(id));
        assertThat(require(id).state()).isEqualTo(JobState.FAILED);
        assertThat(counting.steps).isEmpty();
    }

    @Test
    void eachAttemptSaysHowItEnded() throws Exception {
        JobId refused = start(new Plan(5, 2, -1));
        awaitState(refused, JobState.FAILED);
        retry(refused);
        awaitState(refused, JobState.SUCCEEDED);
        assertThat(in(() -> jobs.attempts(refused)))
                .extracting(Jobs.AttemptView::number, Jobs.AttemptView::outcome, Jobs.AttemptView::errorCode)
                .containsExactly(tuple(2, JobOutcome.SUCCEEDED, null), tuple(1, JobOutcome.FAILED, "too_long"));

        counting.breaks.set(0);
        JobId broken = start(new Plan(1, -1, 0));
        awaitState(broken, JobState.SUCCEEDED);
        assertThat(in(() -> jobs.attempts(broken)))
                .extracting(Jobs.AttemptView::outcome, Jobs.AttemptView::errorDetail)
                .containsExactly(
                        tuple(JobOutcome.SUCCEEDED, null),
                        tuple(JobOutcome.RETRIED, "IllegalStateException: broken pipe"));

        var first = new Semaphore(0);
        counting.gate = first;
        JobId lost = start(new Plan(1, -1, -1));
        await().atMost(LONG).until(() -> runner.isRunning(lost));
        expireLease(lost, 1);
        counting.gate = new Semaphore(Integer.MAX_VALUE);
        runner.run(lost);
        first.release(100);
        assertThat(in(() -> jobs.attempts(lost)))
                .extracting(Jobs.AttemptView::outcome)
                .containsExactly(JobOutcome.SUCCEEDED, JobOutcome.LOST);
    }

    @Test
    void whatFailedIsDiscardedOrRetriedWithAllOfItsKind() {
        JobId one = start(new Plan(1, 0, -1));
        awaitState(one, JobState.FAILED);
        counting.breaks.set(0);
        JobId other = start(new Plan(1, 0, -1));
        awaitState(other, JobState.FAILED);
        counting.breaks.set(0);
        JobId third = start(new Plan(1, 0, -1));
        awaitState(third, JobState.FAILED);
        assertThat(in(() -> jobs.failed("test.count"))).isEqualTo(3);
        in(() -> {
            jobs.discard(third);
            return true;
        });
        assertThat(in(() -> jobs.failed(null))).isEqualTo(2);
        assertThat(in(() -> jobs.retryAll("other"))).isZero();
        assertThat(in(() -> jobs.retryAll("test.count"))).isEqualTo(2);
        awaitState(one, JobState.SUCCEEDED);
        awaitState(other, JobState.SUCCEEDED);
        assertThat(require(third).state()).isEqualTo(JobState.DISCARDED);
        assertThatThrownBy(() -> retry(third)).hasMessage("job_not_failed");
        assertThat(in(() -> jobs.page(new JobFilter("other", null), null, 10)).data())
                .isEmpty();
        assertThat(in(() -> jobs.page(new JobFilter("test.count", JobState.DISCARDED), null, 10))
                        .data())
                .hasSize(1);
    }

    @Test
    void pausesGrowUpToALimitAndAreSpread() {
        for (int failures = 1; failures < 60; failures++) {
            double least = Math.min(5.0 * Math.pow(4, failures - 1), 600);
            assertThat(JobRunner.pause(failures).toMillis() / 1000.0).isBetween(least, 1.5 * least);
        }
        assertThat(IntStream.range(0, 20).mapToObj(i -> JobRunner.pause(3)).distinct())
                .hasSizeGreaterThan(10);
    }

    @Test
    void leasesAreRenewedWhileEveryOtherScheduledWorkHangs() throws Exception {
        counting.gate = new Semaphore(0);
        JobId id = start(new Plan(1, -1, -1));
        await().atMost(LONG).until(() -> runner.isRunning(id));
        hanging.hang = new CountDownLatch(1);
        await().atMost(LONG).until(() -> hanging.hangs);
        in(() -> transactions.execute(
                status -> jdbc.sql("update core.job set lease_until = now() + interval '12 s' where id = ?")
                        .param(id.id())
                        .update()));
        try {
            await().atMost(LONG).until(() -> leaseSeconds(id) > 20);
        } finally {
            hanging.hang.countDown();
            counting.gate.release(1);
        }
        awaitState(id, JobState.SUCCEEDED);
    }

    private double leaseSeconds(JobId id) {
        return in(() -> Objects.requireNonNull(transactions.execute(
                status -> jdbc.sql("select extract(epoch from lease_until - now()) from core.job where id = ?")
                        .param(id.id())
                        .query(Double.class)
                        .single())));
    }

    @Test
    void aJobThatAnotherNodeHoldsIsLookedAtLater() {
        counting.gate = new Semaphore(0);
        JobId id = start(new Plan(1, -1, -1));
        await().atMost(LONG).until(() -> require(id).state() == JobState.RUNNING);
        assertThat(runner.run(id)).isPresent();
        counting.gate.release(1);
        awaitState(id, JobState.SUCCEEDED);
        assertThat(require(id).attempt()).isEqualTo(1);
    }

    @Test
    void metersTellHowAttemptsEnded() {
        awaitState(start(new Plan(1, -1, -1)), JobState.SUCCEEDED);
        awaitState(start(new Plan(1, 0, -1)), JobState.FAILED);
        counting.breaks.set(0);
        JobId broken = start(new Plan(1, -1, 0));
        await().atMost(LONG).until(() -> "job_broken".equals(require(broken).errorCode()));

        await().atMost(LONG).untilAsserted(() -> {
            assertThat(attempts("succeeded")).isEqualTo(1);
            assertThat(attempts("failed")).isEqualTo(1);
            assertThat(attempts("retried")).isEqualTo(1);
        });
        in(() -> {
            jobs.cancel(broken);
            return true;
        });
        assertThat(meters.get("opsdeck.job.reclaimed").counter().count()).isZero();
    }

    @Test
    void metersCountJobsThatWereTakenOver() {
        var first = new Semaphore(0);
        counting.gate = first;
        JobId id = start(new Plan(1, -1, -1));
        await().atMost(LONG).until(() -> runner.isRunning(id));
        expireLease(id, 1);
        counting.gate = new Semaphore(Integer.MAX_VALUE);
        runner.run(id);
        first.release(1);
        await().atMost(LONG).until(() -> attempts("lost") == 1);

        assertThat(attempts("succeeded")).isEqualTo(1);
        assertThat(meters.get("opsdeck.job.reclaimed").counter().count()).isEqualTo(1);
    }

    @Test
    void metersTellWhatWaitsForAFreeThread() {
        counting.gate = new Semaphore(0);
        List<JobId> started = new ArrayList<>();
        for (int i = 0; i < THREADS + 2; i++) {
            started.add(start(new Plan(1, -1, -1)));
        }
        await().atMost(LONG)
                .until(() -> started.stream().filter(runner::isRunning).count() == THREADS);

        await().atMost(LONG).untilAsserted(() -> {
            jobMeters.sample();
            assertThat(gauge("opsdeck.jobs.ready")).isEqualTo(2);
            assertThat(gauge("opsdeck.jobs.oldest.age")).isGreaterThan(0.1);
            assertThat(meters.get("opsdeck.schedule.lag").gauge().value()).isGreaterThan(0.1);
        });

        counting.gate.release(100);
        started.forEach(id -> awaitState(id, JobState.SUCCEEDED));
        jobMeters.sample();
        assertThat(gauge("opsdeck.jobs.ready")).isZero();
        assertThat(gauge("opsdeck.jobs.oldest.age")).isZero();
    }

    private long attempts(String outcome) {
        var timer = meters.find("opsdeck.job.duration")
                .tags("kind", "test.count", "outcome", outcome)
                .timer();
        return timer == null ? 0 : timer.count();
    }

    private double gauge(String name) {
        return meters.get(name).tag("queue", "test.count").gauge().value();
    }

    @Test
    void anotherWorkspaceSeesNeitherJobNorFile() throws Exception {
        JobId id = start(new Plan(1, -1, -1));
        awaitState(id, JobState.SUCCEEDED);
        FileId file = in(() -> store(new byte[] {1})).id();
        workspace = TestWorkspaces.create(jdbc, transactions, ids);
        assertThatThrownBy(() -> require(id)).hasMessage("job_not_found");
        assertThatThrownBy(() -> retry(id)).hasMessage("job_not_found");
        assertThatThrownBy(() -> in(() -> files.open(file))).hasMessage("file_not_found");
    }

    @Test
    void aFileComesBackAsItWasAndATooLargeOneLeavesNothing() throws Exception {
        byte[] bytes = new byte[1_300_000];
        new Random(5).nextBytes(bytes);
        var stored = in(() -> store(bytes));
        assertThat(stored.size()).isEqualTo(bytes.length);
        in(() -> {
            assertThat(files.open(stored.id())).hasBinaryContent(bytes);
            return true;
        });
        assertThatThrownBy(() -> in(() -> store(new byte[3_000_000])))
                .isInstanceOfSatisfying(
                        OpsdeckException.class, e -> assertThat(e.code()).isEqualTo(FileError.FILE_TOO_LARGE));
        assertThatThrownBy(() -> in(() -> store(new byte[0]))).hasMessage("file_empty");
        Long kept = in(() -> transactions.execute(status ->
                jdbc.sql("select count(*) from core.file").query(Long.class).single()));
        assertThat(kept).isEqualTo(1);
    }

    private FileStore.FileView store(byte[] bytes) {
        try {
            return files.store("C:\\data\\..\\orders.csv", new ByteArrayInputStream(bytes), 2_000_000);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private JobId start(Plan plan) {
        return in(() ->
                Objects.requireNonNull(transactions.execute(status -> jobs.start("test.count", "file.csv", plan))));
    }

    private void retry(JobId id) {
        in(() -> {
            jobs.retry(id);
            return true;
        });
    }

    private void expireLease(JobId id, int failures) {
        in(() -> transactions.execute(status -> jdbc.sql(
                        "update core.job set lease_until = now() - interval '1 s', failures = ? where id = ?")
                .params(failures, id.id())
                .update()));
    }

    private JobView require(JobId id) {
        return in(() -> jobs.require(id));
    }

    private JobView awaitState(JobId id, JobState state) {
        await().atMost(LONG).until(() -> require(id).state() == state);
        return require(id);
    }

    private <T> T in(java.util.function.Supplier<T> work) {
        return CurrentWorkspace.call(workspace, work);
    }

    /** F-32: a node of the version before meets a job of the one after it. */
    @Test
    void aJobOfAnUnknownKindIsParkedAndDoesNotFail() {
        JobId id = new JobId(ids.next());
        CurrentWorkspace.run(
                workspace,
                () -> transactions.executeWithoutResult(status -> jdbc.sql(
                                "insert into core.job (id, workspace_id, kind, subject, state, parameters, actor_kind,"
                                        + " actor_name, created_at) values (?, ?, 'of.a.later.version', 's', 'WAITING', '{}',"
                                        + " 'SYSTEM', '', now())")
                        .params(id.id(), workspace.id())
                        .update()));
        for (int i = 0; i < 8; i++) {
            assertThat(runner.run(id)).isPresent();
        }
        assertThat(CurrentWorkspace.call(workspace, () -> jobs.require(id)).state())
                .isEqualTo(JobState.WAITING);
    }
}
