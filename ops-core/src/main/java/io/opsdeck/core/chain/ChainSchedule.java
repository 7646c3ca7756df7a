package io.opsdeck.core.chain;

import com.github.kagkarlsson.scheduler.task.helper.RecurringTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.Daily;
import java.time.LocalTime;
import java.util.Map;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Of all nodes, one verifies the chains at night. */
@Configuration(proxyBeanMethods = false)
class ChainSchedule {

    private static final LocalTime NIGHT = LocalTime.of(3, 10);

    @Bean
    RecurringTask<Void> chainVerification(ChainPatrol patrol) {
        return Tasks.recurring("audit-verify", new Daily(NIGHT))
                .execute((instance, context) -> patrol.verifyAll(Map.of()));
    }
}
