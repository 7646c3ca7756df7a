package io.opsdeck.core.system;

import com.github.kagkarlsson.scheduler.task.TaskInstanceId;
import com.github.kagkarlsson.scheduler.task.helper.RecurringTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.Daily;
import java.time.LocalTime;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Of all nodes, one looks at night, behind the verification of the audit chains. */
@Configuration(proxyBeanMethods = false)
class InvariantSchedule {

    private static final String TASK = "invariants";
    private static final LocalTime NIGHT = LocalTime.of(3, 40);

    static final TaskInstanceId INSTANCE = TaskInstanceId.of(TASK, RecurringTask.INSTANCE);

    @Bean
    RecurringTask<Void> invariantCheck(Invariants invariants) {
        return Tasks.recurring(TASK, new Daily(NIGHT)).execute((instance, context) -> invariants.check());
    }
}
