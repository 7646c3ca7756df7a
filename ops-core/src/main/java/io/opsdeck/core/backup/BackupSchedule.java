package io.opsdeck.core.backup;

import com.github.kagkarlsson.scheduler.task.helper.RecurringTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.Daily;
import com.github.kagkarlsson.scheduler.task.schedule.Schedule;
import com.github.kagkarlsson.scheduler.task.schedule.Schedules;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Of all nodes, one makes the backup of the day; what nobody was up for is made at the next start. */
@Configuration(proxyBeanMethods = false)
class BackupSchedule {

    private static final String NEVER = "-";

    @Bean
    RecurringTask<Void> backupOfTheDay(Backups backups, BackupSettings settings) {
        Schedule schedule = settings.folder().isPresent()
                ? new Daily(settings.zone(), settings.time())
                : Schedules.parseSchedule(NEVER);
        return Tasks.recurring("backup", schedule).execute((instance, context) -> backups.make());
    }
}
