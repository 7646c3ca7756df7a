package io.opsdeck.core.idempotency;

import com.github.kagkarlsson.scheduler.task.helper.RecurringTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.FixedDelay;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Of all nodes, one forgets what is old. */
@Configuration(proxyBeanMethods = false)
class IdempotencySchedule {

    private static final int HOURS = 1;

    @Bean
    RecurringTask<Void> idempotencyUpkeep(AnswerRetention retention) {
        return Tasks.recurring("idempotency-retention", FixedDelay.ofHours(HOURS))
                .execute((instance, context) -> retention.forgetOldAnswers());
    }
}
