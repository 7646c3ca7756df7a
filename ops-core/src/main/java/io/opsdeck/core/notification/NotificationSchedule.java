package io.opsdeck.core.notification;

import com.github.kagkarlsson.scheduler.task.helper.RecurringTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.FixedDelay;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Of all nodes, one looks what is to be told and forgets what is old. */
@Configuration(proxyBeanMethods = false)
class NotificationSchedule {

    private static final int HOURS = 1;
    private static final int MINUTES = 5;
    private static final int SECONDS = 10;

    @Bean
    RecurringTask<Void> notificationUpkeep(TokenNotices tokens, NotificationRetention retention) {
        return Tasks.recurring("notification-upkeep", FixedDelay.ofHours(HOURS)).execute((instance, context) -> {
            tokens.look();
            retention.forget();
        });
    }

    @Bean
    RecurringTask<Void> mailAtOnce(NotificationPost post) {
        return Tasks.recurring("notification-mail", FixedDelay.ofSeconds(SECONDS))
                .execute((instance, context) -> post.sendAtOnce());
    }

    @Bean
    RecurringTask<Void> mailDaily(NotificationPost post) {
        return Tasks.recurring("notification-digest", FixedDelay.ofMinutes(MINUTES))
                .execute((instance, context) -> post.sendDigests());
    }
}
