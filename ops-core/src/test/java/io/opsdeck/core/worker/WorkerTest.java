package io.opsdeck.core.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WorkerTest {

    private static final Duration FOR_EVER = Duration.ofDays(1);

    private final Counting worker = new Counting(Duration.ofSeconds(20));

    @AfterEach
    void stop() {
        worker.gate.release(Integer.MAX_VALUE / 4);
        worker.stop();
    }

    /** Counts its steps; each needs a permit. */
    private static final class Counting extends Worker {

        final Semaphore gate = new Semaphore(Integer.MAX_VALUE / 2);
        final AtomicInteger begun = new AtomicInteger();
        final AtomicInteger steps = new AtomicInteger();
        final AtomicInteger finished = new AtomicInteger();
        volatile Duration pause = Duration.ZERO;
        volatile int failures;
        volatile String thread = "";

        Counting(Duration longestStop) {
            super("counting", 7, longestStop);
        }

        @Override
        protected Duration step() {
            thread = Thread.currentThread().getName();
            begun.incrementAndGet();
            gate.acquireUninterruptibly();
            steps.incrementAndGet();
            if (failures > 0) {
                failures--;
                throw new IllegalStateException("expected");
            }
            return pause;
        }

        @Override
        protected void finish() {
            finished.incrementAndGet();
        }

        void knock() {
            wake();
        }
    }

    @Test
    void itStepsFromStartToStopAndFinishesOnce() {
        assertThat(worker.isRunning()).isFalse();
        worker.start();
        worker.start();
        await().until(() -> worker.steps.get() > 10);
        assertThat(worker.isRunning()).isTrue();
        assertThat(worker.thread).isEqualTo("counting");
        assertThat(worker.getPhase()).isEqualTo(7);

        worker.stop();

        int steps = worker.steps.get();
        assertThat(worker.isRunning()).isFalse();
        assertThat(worker.finished).hasValue(1);
        worker.stop();
        assertThat(worker.steps).hasValue(steps);
        assertThat(worker.finished).hasValue(1);
    }

    @Test
    void stopEndsAPauseAtOnce() {
        worker.pause = FOR_EVER;
        worker.start();
        await().until(() -> worker.steps.get() == 1);

        worker.stop();

        assertThat(worker.finished).hasValue(1);
    }

    @Test
    void stopWaitsForTheStepUnderWay() {
        worker.gate.drainPermits();
        worker.start();
        await().until(() -> worker.begun.get() == 1);
        var stopping = new Thread(worker::stop);
        stopping.start();
        await().until(() -> !worker.isRunning());
        assertThat(stopping.isAlive()).isTrue();

        worker.gate.release();

        await().until(() -> !stopping.isAlive());
        assertThat(worker.steps).hasValue(1);
        assertThat(worker.finished).hasValue(1);
    }

    @Test
    void stopWaitsNoLongerThanItsLimit() {
        var stuck = new Counting(Duration.ofMillis(50));
        stuck.gate.drainPermits();
        stuck.start();
        await().until(() -> stuck.begun.get() == 1);

        stuck.stop();

        assertThat(stuck.isRunning()).isFalse();
        assertThat(stuck.finished).hasValue(0);
        stuck.gate.release();
        await().until(() -> stuck.finished.get() == 1);
    }

    @Test
    void wakingEndsThePauseAndIsNotLostDuringAStep() {
        worker.pause = FOR_EVER;
        worker.start();
        await().until(() -> worker.steps.get() == 1);
        worker.knock();
        await().until(() -> worker.steps.get() == 2);

        worker.gate.drainPermits();
        worker.knock();
        await().until(() -> worker.begun.get() == 3);
        worker.knock();
        worker.gate.release(2);

        await().until(() -> worker.steps.get() == 4);
    }

    @Test
    void aStepThatThrowsIsTakenAgain() {
        worker.failures = 1;
        worker.start();
        await().until(() -> worker.steps.get() == 1);
        worker.knock();
        await().until(() -> worker.steps.get() > 1);
        assertThat(worker.isRunning()).isTrue();
    }

    @Test
    void itCanBeStartedAgainAndTheOldThreadDoesNotGoOn() {
        worker.pause = FOR_EVER;
        worker.start();
        await().until(() -> worker.steps.get() == 1);
        worker.stop();
        worker.start();
        await().until(() -> worker.steps.get() == 2);
        assertThat(worker.isRunning()).isTrue();
        assertThat(worker.finished).hasValue(1);
    }
}
