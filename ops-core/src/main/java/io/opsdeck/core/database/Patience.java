package io.opsdeck.core.database;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How long the current thread waits for a database that says nothing. A request has somebody waiting for it and gives up
 * soon; a job has not, and waits as long as its pool does.
 */
public final class Patience {

    private static final ThreadLocal<@Nullable Duration> LIMIT = new ThreadLocal<>();

    private Patience() {}

    /**
     * Connections that this thread takes from now on break when the server is silent for that long within one statement.
     */
    public static void limit(Duration silence) {
        LIMIT.set(silence);
    }

    public static void unlimited() {
        LIMIT.remove();
    }

    static Optional<Duration> limit() {
        return Optional.ofNullable(LIMIT.get());
    }
}
