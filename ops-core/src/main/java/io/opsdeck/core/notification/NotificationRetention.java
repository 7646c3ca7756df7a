package io.opsdeck.core.notification;

import io.opsdeck.core.workspace.CurrentWorkspace;
import java.util.Objects;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Forgets notifications after 90 days, and which daily mails there were. */
@Component
class NotificationRetention {

    private static final int BATCH = 5_000;

    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;

    NotificationRetention(JdbcClient jdbc, TransactionTemplate transactions) {
        this.jdbc = jdbc;
        this.transactions = transactions;
    }

    void forget() {
        int gone;
        do {
            gone = asSystem("""
                    delete from core.notification where id in (select id from core.notification
                      where happened_at < now() - interval '90 days' order by happened_at limit %d)
                    """.formatted(BATCH));
        } while (gone == BATCH);
        asSystem("delete from core.notification_digest where day < current_date - 90");
    }

    private int asSystem(String sql) {
        return CurrentWorkspace.callAsSystem(() -> Objects.requireNonNull(
                transactions.execute(status -> jdbc.sql(sql).update())));
    }
}
