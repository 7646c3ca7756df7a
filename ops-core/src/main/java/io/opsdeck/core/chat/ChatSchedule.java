package io.opsdeck.core.chat;

import com.github.kagkarlsson.scheduler.task.helper.RecurringTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.FixedDelay;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Of all nodes, one makes messages. */
@Configuration(proxyBeanMethods = false)
class ChatSchedule {

    private static final int SECONDS = 5;

    @Bean
    RecurringTask<Void> chatMessages(ChatPost post) {
        return Tasks.recurring("chat-messages", FixedDelay.ofSeconds(SECONDS))
                .execute((instance, context) -> post.send());
    }
}
