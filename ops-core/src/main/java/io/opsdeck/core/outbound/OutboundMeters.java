package io.opsdeck.core.outbound;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.opsdeck.core.database.Patience;
import io.opsdeck.core.workspace.CurrentWorkspace;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What Prometheus sees of deliveries, over all workspaces. As with jobs, the database is asked every ten seconds and not
 * by whoever reads the meters; while it does not answer, its meters are not a number.
 */
@Component
class OutboundMeters implements MeterBinder {

    private static final Logger log = LoggerFactory.getLogger(OutboundMeters.class);
    private static final long SAMPLE_MILLIS = 10_000;
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final ObjectProvider<OutboundChannel> channels;

    /** Counts nothing until there is something to count in. */
    private volatile MeterRegistry registry = new CompositeMeterRegistry();

    private volatile Sample sample = Sample.UNKNOWN;

    OutboundMeters(JdbcClient jdbc, TransactionTemplate transactions, ObjectProvider<OutboundChannel> channels) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.channels = channels;
    }

    /**
     * @param uncertain by kind
     * @param broken lanes whose breaker is not closed, by kind
     * @param oldestSeconds how long the delivery that is due longest has been, frozen ones included
     */
    private record Sample(
            boolean known, Map<String, Integer> uncertain, Map<String, Integer> broken, double oldestSeconds) {

        private static final Sample UNKNOWN = new Sample(false, Map.of(), Map.of(), Double.NaN);

        double of(Map<String, Integer> numbers, String kind) {
            return known ? numbers.getOrDefault(kind, 0) : Double.NaN;
        }
    }

    @Override
    public void bindTo(MeterRegistry meters) {
        registry = meters;
        channels.stream().map(OutboundChannel::kind).forEach(kind -> {
            Gauge.builder("opsdeck.messages.uncertain", () -> sample.of(sample.uncertain(), kind))
                    .description("Deliveries of which nobody knows whether they arrived")
                    .tag("channel", kind)
                    .register(meters);
            Gauge.builder("opsdeck.channel.breaker.state", () -> sample.of(sample.broken(), kind))
                    .description("Lanes that are down: nothing but a probe is tried")
                    .tag("channel", kind)
                    .register(meters);
        });
        Gauge.builder("opsdeck.outbox.oldest.age", () -> sample.oldestSeconds())
                .baseUnit("seconds")
                .description("How long the most overdue delivery has been due")
                .register(meters);
    }

    void ended(String kind, OutboundState state) {
        Counter.builder("opsdeck.messages")
                .description("Attempts and decisions of the gate, by what became of the delivery")
                .tag("channel", kind)
                .tag("outcome", state.name().toLowerCase(Locale.ROOT))
                .register(registry)
                .increment();
    }

    @Scheduled(fixedDelay = SAMPLE_MILLIS)
    void sample() {
        Patience.limit(PATIENCE);
        try {
            sample =
                    CurrentWorkspace.callAsSystem(() -> Objects.requireNonNull(transactions.execute(status -> read())));
        } catch (DataAccessException | TransactionException e) {
            sample = Sample.UNKNOWN;
            log.debug("the ledger could not be read", e);
        } finally {
            Patience.unlimited();
        }
    }

    private Sample read() {
        double oldest = jdbc.sql("""
                        select coalesce(extract(epoch from now() - min(due_at)), 0) from core.outbound
                        where state in ('PLANNED', 'DEFERRED') and due_at <= now()
                        """).query(Double.class).single();
        return new Sample(
                true,
                counts("select kind, count(*) from core.outbound where state = 'UNCERTAIN' group by kind"),
                counts("select kind, count(*) from core.outbound_lane where breaker <> 'CLOSED' group by kind"),
                oldest);
    }

    private Map<String, Integer> counts(String sql) {
        return jdbc.sql(sql).query((row, number) -> Map.entry(row.getString(1), row.getInt(2))).list().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }
}
