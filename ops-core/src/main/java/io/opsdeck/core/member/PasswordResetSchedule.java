package io.opsdeck.core.member;

import com.github.kagkarlsson.scheduler.task.FailureHandler;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import java.time.Duration;
import java.util.UUID;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Requests for a new password are answered after the page, by whichever node is there. */
@Configuration(proxyBeanMethods = false)
class PasswordResetSchedule {

    private static final String TASK = "password-reset";
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(10);

    static TaskInstance<Void> of(UUID request) {
        return new TaskInstance<>(TASK, request.toString());
    }

    /** @param resets asked for late, since they need the scheduler that knows this task */
    @Bean
    OneTimeTask<Void> passwordResetAnswer(ObjectProvider<PasswordResets> resets) {
        return Tasks.oneTime(TASK)
                .onFailure(new FailureHandler.OnFailureRetryLater<>(AFTER_FAILURE))
                .execute((instance, context) -> resets.getObject().answer(UUID.fromString(instance.getId())));
    }
}
