package io.opsdeck.analytics.insight;

import io.opsdeck.analytics.store.DecodeGuard;
import java.util.concurrent.atomic.AtomicLong;

/** How long one question may take and how much of the heap it may fill; asked again and again while it is answered. */
final class Limits implements DecodeGuard {

    private final long deadline;
    private final int seconds;
    private final long memory;
    private final AtomicLong used = new AtomicLong();

    /** @param memory bytes */
    Limits(int seconds, long memory) {
        this.deadline = System.nanoTime() + seconds * 1_000_000_000L;
        this.seconds = seconds;
        this.memory = memory;
    }

    /** Throws when the time is over. */
    void inTime() {
        if (System.nanoTime() - deadline > 0) {
            throw InsightError.INSIGHT_TOO_SLOW.exception(seconds);
        }
    }

    /** Takes so many bytes more, or gives some back; throws when that is too much. */
    void take(long bytes) {
        if (used.addAndGet(bytes) > memory) {
            throw InsightError.INSIGHT_TOO_LARGE.exception(Math.max(1, memory >> 20));
        }
    }

    @Override
    public void decoded(long bytes) {
        inTime();
        take(bytes);
    }
}
