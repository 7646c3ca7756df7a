package io.opsdeck.core.backup;

import io.opsdeck.core.outbound.HeldStart;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The first start after a restore freezes every workspace before the first worker looks: what the ledger plans may have
 * left long ago, after the backup was taken. Members look at the list and lift the freeze.
 */
@Component
class RestoredStart implements SmartInitializingSingleton {

    private final HeldStart held;
    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;

    RestoredStart(HeldStart held, JdbcClient jdbc, TransactionTemplate transactions) {
        this.held = held;
        this.jdbc = jdbc;
        this.transactions = transactions;
    }

    @Override
    public void afterSingletonsInstantiated() {
        unnoticed().ifPresent(takenAt -> {
            held.freezeAll("restored from the backup of " + takenAt.truncatedTo(ChronoUnit.SECONDS));
            transactions.executeWithoutResult(
                    status -> jdbc.sql("update core.restoration set noticed_at = now() where noticed_at is null")
                            .update());
        });
    }

    private Optional<Instant> unnoticed() {
        return transactions.execute(status -> jdbc.sql(
                        "select taken_at from core.restoration where noticed_at is null order by restored_at limit 1")
                .query((row, number) -> row.getTimestamp(1).toInstant())
                .optional());
    }
}
