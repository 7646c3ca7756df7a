package io.opsdeck.web.operation;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * Whether the database answers. A server that hangs does not say so, therefore the question is asked on a thread of its
 * own and given up after three seconds; while it is open, nobody asks again.
 */
@Component("dbHealthIndicator")
class DatabaseHealth implements HealthIndicator, DisposableBean {

    private static final Duration LONGEST = Duration.ofSeconds(3);

    private final DataSource database;
    private final ExecutorService asker = Executors.newSingleThreadExecutor(work -> {
        var thread = new Thread(work, "database-health");
        thread.setDaemon(true);
        return thread;
    });
    private @Nullable Future<Boolean> question;

    DatabaseHealth(DataSource database) {
        this.database = database;
    }

    @Override
    public Health health() {
        try {
            boolean answered = ask().get(LONGEST.toMillis(), TimeUnit.MILLISECONDS);
            return (answered ? Health.up() : Health.down()).build();
        } catch (TimeoutException e) {
            return Health.down()
                    .withDetail("error", "no answer within " + LONGEST.toSeconds() + " s")
                    .build();
        } catch (ExecutionException e) {
            return Health.down(e).build();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Health.unknown().build();
        }
    }

    private synchronized Future<Boolean> ask() {
        if (question == null || question.isDone()) {
            question = asker.submit(this::answers);
        }
        return question;
    }

    private boolean answers() throws SQLException {
        try (Connection connection = database.getConnection()) {
            return connection.isValid((int) LONGEST.toSeconds());
        }
    }

    @Override
    public void destroy() {
        asker.shutdownNow();
    }
}
