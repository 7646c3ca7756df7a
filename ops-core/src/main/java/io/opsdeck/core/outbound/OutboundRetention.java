package io.opsdeck.core.outbound;

import io.opsdeck.core.workspace.CurrentWorkspace;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Forgets what was said in attempts after 30 days. The ledger itself stays: its keys keep things from leaving twice. */
@Component
class OutboundRetention {

    private static final Logger log = LoggerFactory.getLogger(OutboundRetention.class);
    private static final int BATCH = 5_000;

    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;

    OutboundRetention(JdbcClient jdbc, TransactionTemplate transactions) {
        this.jdbc = jdbc;
        this.transactions = transactions;
    }

    void forgetOldAttempts() {
        int gone;
        int all = 0;
        do {
            gone = CurrentWorkspace.callAsSystem(() -> Objects.requireNonNull(
                    transactions.execute(status -> jdbc.sql("""
                                    delete from core.outbound_attempt where (outbound_id, attempt) in (
                                      select outbound_id, attempt from core.outbound_attempt
                                      where begun_at < now() - interval '30 days' order by begun_at limit ?)
                                    """).param(BATCH).update())));
            all += gone;
        } while (gone == BATCH);
        if (all > 0) {
            log.info("{} attempts of deliveries are older than 30 days and were forgotten", all);
        }
    }
}
