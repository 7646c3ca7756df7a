package io.opsdeck.core.system;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.opsdeck.core.database.Patience;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/** What Prometheus sees of the last look at the invariants, which any node may have made. */
@Component
class InvariantMeters implements MeterBinder {

    private static final Logger log = LoggerFactory.getLogger(InvariantMeters.class);
    private static final long SAMPLE_MILLIS = 60_000;
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Invariants invariants;
    private volatile @Nullable MultiGauge violations;

    InvariantMeters(Invariants invariants) {
        this.invariants = invariants;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        violations = MultiGauge.builder("opsdeck.invariant.violations")
                .description("How often an invariant did not hold at the last look; not a number where the look failed")
                .register(registry);
    }

    @Scheduled(fixedDelay = SAMPLE_MILLIS)
    void sample() {
        MultiGauge gauge = violations;
        if (gauge == null) {
            return;
        }
        Patience.limit(PATIENCE);
        try {
            List<InvariantResult> results = invariants.results();
            gauge.register(results.stream().map(InvariantMeters::row).toList(), true);
        } catch (DataAccessException | TransactionException e) {
            log.debug("the invariants could not be read", e);
        } finally {
            Patience.unlimited();
        }
    }

    private static MultiGauge.Row<Number> row(InvariantResult result) {
        Long found = result.violations();
        return MultiGauge.Row.of(Tags.of("invariant", result.key()), found == null ? Double.NaN : (double) found);
    }
}
