package io.opsdeck.core.chain;

import io.opsdeck.core.worker.Worker;
import io.opsdeck.core.workspace.CurrentWorkspace;
import java.time.Duration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Links the entries that were committed since it looked last. Every node has one and the database lets one at a time
 * work; what it does not come to before the process ends waits in the database.
 */
@Component
class ChainLinker extends Worker {

    private static final int BATCH = 1_000;
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_STOP = Duration.ofSeconds(5);

    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;

    ChainLinker(JdbcClient jdbc, TransactionTemplate transactions) {
        super("audit-chain", 0, LONGEST_STOP);
        this.jdbc = jdbc;
        this.transactions = transactions;
    }

    @Override
    protected Duration step() {
        return link() < BATCH ? PAUSE : Duration.ZERO;
    }

    int link() {
        Integer linked = CurrentWorkspace.callAsSystem(
                () -> transactions.execute(status -> jdbc.sql("select core.link_audit_entries(?)")
                        .param(BATCH)
                        .query(Integer.class)
                        .single()));
        return linked == null ? 0 : linked;
    }
}
