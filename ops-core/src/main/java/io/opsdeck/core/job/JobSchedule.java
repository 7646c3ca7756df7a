package io.opsdeck.core.job;

import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.CustomTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.FixedDelay;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.EnableScheduling;

/** The scheduler wakes a job; when its node dies, the scheduler of another one does it again. */
@Configuration(proxyBeanMethods = false)
@EnableScheduling
class JobSchedule {

    /** Of the tasks that wake jobs. */
    static final String TASK = "job";

    private static final Duration AFTER_FAILURE = Duration.ofSeconds(30);

    /** A row of the scheduler for a job; {@code attempt} tells it from the one that may just be ending. */
    static TaskInstance<Void> wake(JobId id, int attempt) {
        return new TaskInstance<>(TASK, id + "/" + attempt);
    }

    @Bean
    CustomTask<Void> jobTask(JobRunner runner) {
        return Tasks.custom(TASK, Void.class)
                .onFailureReschedule(FixedDelay.of(AFTER_FAILURE))
                .onDeadExecutionRevive()
                .execute((instance, context) -> {
                    String id = instance.getId();
                    return runner.run(JobId.of(id.substring(0, id.indexOf('/'))))
                            .<CompletionHandler<Void>>map(
                                    again -> (complete, operations) -> operations.reschedule(complete, again))
                            .orElseGet(CompletionHandler.OnCompleteRemove::new);
                });
    }
}
