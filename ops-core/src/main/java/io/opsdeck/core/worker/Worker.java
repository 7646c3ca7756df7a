package io.opsdeck.core.worker;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * A bean with a thread of its own that takes one step after the other. The step under way when the application stops is
 * finished, within a limit. A step that throws is tried again after a pause; the thread goes on.
 */
public abstract class Worker implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(Worker.class);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(2);

    private final String name;
    private final int phase;
    private final Duration longestStop;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition disturbed = lock.newCondition();
    private boolean woken;
    private @Nullable Thread thread;

    /**
     * @param phase workers of high phases stop first; the web server stops before those of 0, the pools after all
     * @param longestStop how long {@link #stop} waits for the step under way
     */
    protected Worker(String name, int phase, Duration longestStop) {
        this.name = name;
        this.phase = phase;
        this.longestStop = longestStop;
    }

    /**
     * Does a piece of work.
     *
     * @return how long to wait before the next one; zero where there is more at once
     */
    protected abstract Duration step();

    /** What is left to do after the last step, when the worker was told to stop. */
    protected void finish() {}

    /** Ends the pause between two steps; while a step runs, the next follows at once. */
    protected final void wake() {
        lock.lock();
        try {
            woken = true;
            disturbed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public final void start() {
        lock.lock();
        try {
            if (thread == null) {
                thread = new Thread(this::run, name);
                thread.start();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public final void stop() {
        Thread last;
        lock.lock();
        try {
            last = thread;
            thread = null;
            disturbed.signalAll();
        } finally {
            lock.unlock();
        }
        if (last == null) {
            return;
        }
        try {
            last.join(longestStop.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (last.isAlive()) {
            log.warn("{} did not stop within {} s", name, longestStop.toSeconds());
        }
    }

    /** From {@link #start} until {@link #stop} is called. */
    @Override
    public final boolean isRunning() {
        lock.lock();
        try {
            return thread != null;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public final int getPhase() {
        return phase;
    }

    private void run() {
        while (goesOn()) {
            pause(attempt());
        }
        finish();
    }

    /** A thread that was stopped does not go on when the worker is started again. */
    private boolean goesOn() {
        lock.lock();
        try {
            return thread == Thread.currentThread();
        } finally {
            lock.unlock();
        }
    }

    private Duration attempt() {
        try {
            return step();
        } catch (RuntimeException e) {
            // The message may hold personal data.
            log.warn("{} failed and tries again: {}", name, e.getClass().getName());
            log.debug("why", e);
            return AFTER_FAILURE;
        }
    }

    private void pause(Duration pause) {
        long left = pause.toNanos();
        lock.lock();
        try {
            while (left > 0 && !woken && thread == Thread.currentThread()) {
                left = disturbed.awaitNanos(left);
            }
            woken = false;
        } catch (InterruptedException e) {
            thread = null;
        } finally {
            lock.unlock();
        }
    }
}
