package io.opsdeck.analytics.event;

import com.github.kagkarlsson.scheduler.task.helper.RecurringTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.FixedDelay;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Runs the upkeep of the event tables on one node, six hours after the last run ended. */
@Configuration(proxyBeanMethods = false)
class EventSchedule {

    private static final Duration PAUSE = Duration.ofHours(6);

    @Bean
    RecurringTask<Void> eventUpkeep(EventMaintenance maintenance) {
        return Tasks.recurring("event-upkeep", FixedDelay.of(PAUSE)).execute((instance, context) -> maintenance.run());
    }
}
