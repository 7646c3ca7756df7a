package io.opsdeck.analytics.event;

import static java.util.Objects.requireNonNull;

import io.opsdeck.core.workspace.CurrentWorkspace;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

/** What the event tables need every day: partitions ahead, and an end to what is kept for a time. */
@Service
@Transactional(propagation = Propagation.NEVER)
public class EventMaintenance {

    private static final int SEEN_DAYS = 30;
    private static final int QUARANTINE_DAYS = 14;
    private static final int DAYS_AHEAD = 40;
    private static final int PER_TRANSACTION = 50_000;

    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final Clock clock;

    EventMaintenance(JdbcClient jdbc, TransactionTemplate transactions, Clock clock) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.clock = clock;
    }

    /** Safe to run at any time and on several nodes at once; works in transactions of {@value #PER_TRANSACTION} rows. */
    public void run() {
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        change("select analytics.ensure_partitions(?)", today.plusDays(DAYS_AHEAD), false);
        change(
                "delete from analytics.seen where (source_id, hash) in (select source_id, hash from analytics.seen"
                        + " where day < ? limit " + PER_TRANSACTION + ")",
                today.minusDays(SEEN_DAYS),
                true);
        forgetRemovedSources();
        change(
                "delete from analytics.quarantine where id in (select id from analytics.quarantine"
                        + " where received_at < ? limit " + PER_TRANSACTION + ")",
                Timestamp.from(clock.instant().minus(Duration.ofDays(QUARANTINE_DAYS))),
                true);
    }

    private void forgetRemovedSources() {
        List<UUID> removed = CurrentWorkspace.callAsSystem(
                () -> requireNonNull(transactions.execute(status -> jdbc.sql("select id from analytics.removed_source")
                        .query(UUID.class)
                        .list())));
        for (UUID source : removed) {
            change(
                    "delete from analytics.seen where (source_id, hash) in (select source_id, hash from analytics.seen"
                            + " where source_id = ? limit " + PER_TRANSACTION + ")",
                    source,
                    true);
            change("delete from analytics.removed_source where id = ? returning 1", source, false);
        }
    }

    private void change(String sql, Object value, boolean repeat) {
        boolean more = true;
        while (more) {
            Integer changed = CurrentWorkspace.callAsSystem(() -> transactions.execute(status -> {
                var statement = jdbc.sql(sql).param(value);
                return repeat
                        ? statement.update()
                        : statement.query((row, number) -> 0).list().size();
            }));
            more = repeat && changed != null && changed == PER_TRANSACTION;
        }
    }
}
