package io.opsdeck.core.system;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

/** Looks at invariants through a connection that sees all workspaces. */
final class InvariantLook {

    private static final Logger log = LoggerFactory.getLogger(InvariantLook.class);
    private static final String LONGEST = "50s";

    private final JdbcClient jdbc;
    private final TransactionTemplate reading;
    private final Clock clock;

    InvariantLook(JdbcClient jdbc, TransactionTemplate reading, Clock clock) {
        this.jdbc = jdbc;
        this.reading = reading;
        this.clock = clock;
    }

    /** Those of all modules, found by their lines in {@code spring.factories}, with or without an application around. */
    static List<Invariant> known() {
        return SpringFactoriesLoader.forDefaultResourceLocation().load(InvariantSource.class).stream()
                .flatMap(source -> source.invariants().stream())
                .toList();
    }

    /** One that cannot be looked at does not keep the others from it. */
    InvariantResult at(Invariant invariant) {
        Instant began = clock.instant();
        InvariantResult result;
        try {
            result = Objects.requireNonNull(reading.execute(status -> {
                jdbc.sql("select set_config('statement_timeout', ?, true)")
                        .param(LONGEST)
                        .query((row, number) -> 0)
                        .list();
                return jdbc.sql(invariant.sql())
                        .query((row, number) -> new InvariantResult(
                                invariant.key(), began, row.getLong(1), row.getString(2), took(began)))
                        .single();
            }));
        } catch (DataAccessException | TransactionException e) {
            log.warn("{} could not be looked at: {}", invariant.key(), e.getMessage());
            return new InvariantResult(
                    invariant.key(), began, null, e.getClass().getSimpleName(), took(began));
        }
        if (!result.holds()) {
            log.error("{} does not hold: {} times, such as {}", result.key(), result.violations(), result.sample());
        }
        return result;
    }

    private long took(Instant began) {
        return Duration.between(began, clock.instant()).toMillis();
    }
}
