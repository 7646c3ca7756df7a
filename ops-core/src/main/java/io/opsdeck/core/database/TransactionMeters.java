package io.opsdeck.core.database;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * How long the oldest open transaction, in any database of the server, has held back what was committed after it: the
 * readers of the event log see none of that until it ends. A login that is no superuser does not see the transactions of
 * others, only that the lowest one in progress stays the same; so this counts from the first look that found it, one
 * every ten seconds.
 */
@Component
class TransactionMeters implements MeterBinder {

    private static final Logger log = LoggerFactory.getLogger(TransactionMeters.class);
    private static final long SAMPLE_MILLIS = 10_000;
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final JdbcClient jdbc;
    private final Clock clock;

    private String oldest = "";
    private Instant since = Instant.MIN;
    private volatile double ageSeconds = Double.NaN;

    TransactionMeters(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    @Override
    public void bindTo(MeterRegistry meters) {
        Gauge.builder("opsdeck.db.oldest.xmin.age", () -> ageSeconds)
                .baseUnit("seconds")
                .description("How long the oldest open transaction holds the readers of the event log back")
                .register(meters);
    }

    @Scheduled(fixedDelay = SAMPLE_MILLIS)
    synchronized void sample() {
        Patience.limit(PATIENCE);
        try {
            String lowest = jdbc.sql("""
                            select case when pg_snapshot_xmin(s) < pg_snapshot_xmax(s)
                              then pg_snapshot_xmin(s)::text else '' end
                            from pg_current_snapshot() s
                            """).query(String.class).single();
            Instant now = clock.instant();
            if (!lowest.equals(oldest)) {
                oldest = lowest;
                since = now;
            }
            ageSeconds = lowest.isEmpty() ? 0 : Duration.between(since, now).toMillis() / 1000.0;
        } catch (DataAccessException e) {
            ageSeconds = Double.NaN;
            log.debug("the oldest transaction could not be read", e);
        } finally {
            Patience.unlimited();
        }
    }
}
