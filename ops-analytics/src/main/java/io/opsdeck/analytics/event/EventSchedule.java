package io.opsdeck.analytics.event;

import com.github.kagkarlsson.scheduler.task.helper.RecurringTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.FixedDelay;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * What one node does now and then: the upkeep of the event tables, six hours after the last run ended, the watch over
 * quarantines, each minute, and a look whether members are to be told of them.
 */
@Configuration(proxyBeanMethods = false)
class EventSchedule {

    private static final Duration PAUSE = Duration.ofHours(6);
    private static final Duration WATCH = Duration.ofMinutes(1);

    @Bean
    RecurringTask<Void> eventUpkeep(EventMaintenance maintenance) {
        return Tasks.recurring("event-upkeep", FixedDelay.of(PAUSE)).execute((instance, context) -> maintenance.run());
    }

    @Bean
    RecurringTask<Void> quarantineWatching(QuarantineWatch watch) {
        return Tasks.recurring("quarantine-watch", FixedDelay.of(WATCH)).execute((instance, context) -> watch.run());
    }
}
