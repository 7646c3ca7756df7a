package io.opsdeck.core.idempotency;

import io.opsdeck.core.workspace.CurrentWorkspace;
import java.util.Objects;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Forgets answers after seven days; from then on their keys mean new requests. */
@Component
class AnswerRetention {

    private static final int BATCH = 5_000;

    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;

    AnswerRetention(JdbcClient jdbc, TransactionTemplate transactions) {
        this.jdbc = jdbc;
        this.transactions = transactions;
    }

    void forgetOldAnswers() {
        int gone;
        do {
            gone = CurrentWorkspace.callAsSystem(() -> Objects.requireNonNull(
                    transactions.execute(status -> jdbc.sql("""
                                    delete from core.idempotent_answer where (workspace_id, actor_id, route, key) in (
                                      select workspace_id, actor_id, route, key from core.idempotent_answer
                                      where created_at < now() - interval '7 days' order by created_at limit ?)
                                    """).param(BATCH).update())));
        } while (gone == BATCH);
    }
}
