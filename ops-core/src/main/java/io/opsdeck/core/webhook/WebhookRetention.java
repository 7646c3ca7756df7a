package io.opsdeck.core.webhook;

import io.opsdeck.core.workspace.CurrentWorkspace;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Forgets messages after 30 days, except those that still wait to be sent. */
@Component
class WebhookRetention {

    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;

    WebhookRetention(JdbcClient jdbc, TransactionTemplate transactions) {
        this.jdbc = jdbc;
        this.transactions = transactions;
    }

    void forgetOldMessages() {
        CurrentWorkspace.callAsSystem(() -> transactions.execute(
                status -> jdbc.sql("""
                        delete from core.webhook_message m
                        where m.created_at < now() - interval '30 days' and not exists (
                          select from core.outbound o
                          where o.workspace_id = m.workspace_id and o.kind = ? and o.payload ->> 'message' = m.id::text
                            and o.state in ('PLANNED', 'DEFERRED', 'CLAIMED', 'ATTEMPTING'))
                        """).param(WebhookChannel.KIND).update()));
    }
}
