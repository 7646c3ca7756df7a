package io.opsdeck.core.outbound;

import java.time.Duration;

/**
 * Keeps attempts away from a lane that does not work. It opens after five failures in a row, or when more than half of
 * at least twenty recent attempts failed; then one attempt at a time shows whether the lane works again, after half a
 * minute at first and after ten minutes at most.
 *
 * @param recent attempts since the first of {@code recentFailures}; both are halved at 200
 * @param opened how often it opened since the last success
 */
record Breaker(State state, int failuresInRow, int recent, int recentFailures, int opened) {

    static final Breaker FRESH = new Breaker(State.CLOSED, 0, 0, 0, 0);

    private static final int MOST_IN_ROW = 5;
    private static final int WINDOW = 200;
    private static final int LEAST_IN_WINDOW = 20;
    private static final Duration FIRST = Duration.ofSeconds(30);
    private static final Duration LONGEST = Duration.ofMinutes(10);

    /** Whether attempts may begin. */
    enum State {
        CLOSED,
        OPEN,
        /** One attempt shows whether it may close. */
        HALF_OPEN
    }

    Breaker afterSuccess() {
        if (recentFailures == 0) {
            return FRESH;
        }
        // A window that was full of failures would open it again at the next one.
        boolean recovers = state != State.CLOSED;
        return recovers ? FRESH : new Breaker(State.CLOSED, 0, recent + 1, recentFailures, 0).within(WINDOW);
    }

    Breaker afterFailure() {
        var next = new Breaker(state, failuresInRow + 1, recent + 1, recentFailures + 1, opened).within(WINDOW);
        boolean often = next.recent >= LEAST_IN_WINDOW && next.recentFailures * 2 > next.recent;
        boolean opens =
                state == State.HALF_OPEN || (state == State.CLOSED && (next.failuresInRow >= MOST_IN_ROW || often));
        return opens ? new Breaker(State.OPEN, next.failuresInRow, next.recent, next.recentFailures, opened + 1) : next;
    }

    /** How long it stays open before the next probe. */
    Duration pause() {
        Duration pause = FIRST.multipliedBy(1L << Math.min(Math.max(0, opened - 1), 10));
        return pause.compareTo(LONGEST) > 0 ? LONGEST : pause;
    }

    private Breaker within(int window) {
        return recent < window ? this : new Breaker(state, failuresInRow, recent / 2, recentFailures / 2, opened);
    }
}
