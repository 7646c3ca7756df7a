package io.opsdeck.core.export;

import com.github.kagkarlsson.scheduler.task.helper.RecurringTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.FixedDelay;
import io.opsdeck.core.workspace.CurrentWorkspace;
import java.sql.Timestamp;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** Deletes the files of exports when their day is over. */
@Configuration(proxyBeanMethods = false)
class ExportRetention {

    private static final int MINUTES = 15;

    @Bean
    RecurringTask<Void> exportUpkeep(JdbcClient jdbc, TransactionTemplate transactions, Clock clock) {
        return Tasks.recurring("export-retention", FixedDelay.ofMinutes(MINUTES))
                .execute((instance, context) -> deleteOldFiles(jdbc, transactions, clock));
    }

    static void deleteOldFiles(JdbcClient jdbc, TransactionTemplate transactions, Clock clock) {
        CurrentWorkspace.callAsSystem(() -> transactions.execute(
                status -> jdbc.sql("delete from core.file where id in (select file_id from core.export"
                                + " where file_id is not null and expires_at <= ?)")
                        .param(Timestamp.from(clock.instant()))
                        .update()));
    }
}
