package io.opsdeck.analytics.dataimport;

import io.opsdeck.analytics.event.EventLoad;
import io.opsdeck.core.file.FileStore;
import io.opsdeck.core.job.JobHandler;
import io.opsdeck.core.webhook.Webhooks;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/** The two kinds of job of an import: the one that stores, and the one that only says what would be stored. */
@Configuration(proxyBeanMethods = false)
class ImportJobs {

    @Bean
    JobHandler importJob(
            Imports imports,
            FileStore files,
            EventLoad load,
            JdbcClient jdbc,
            TransactionTemplate transactions,
            Webhooks webhooks,
            JsonMapper json) {
        return new ImportJob(ImportJob.KIND, imports, files, load, jdbc, transactions, webhooks, json);
    }

    @Bean
    JobHandler importRehearsal(
            Imports imports,
            FileStore files,
            EventLoad load,
            JdbcClient jdbc,
            TransactionTemplate transactions,
            Webhooks webhooks,
            JsonMapper json) {
        return new ImportJob(ImportJob.REHEARSAL, imports, files, load, jdbc, transactions, webhooks, json);
    }
}
