package io.opsdeck.core.notification;

import io.opsdeck.core.audit.Actor;
import io.opsdeck.core.job.JobEnded;
import io.opsdeck.core.job.JobState;
import java.util.List;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Tells members how the jobs ended that they started. */
@Component
class JobNotices {

    private final Notifications notifications;

    JobNotices(Notifications notifications) {
        this.notifications = notifications;
    }

    @EventListener
    void ended(JobEnded job) {
        Actor starter = job.startedBy();
        if (starter.kind() != Actor.Kind.MEMBER || starter.id() == null || job.state() == JobState.CANCELLED) {
            return;
        }
        String kind = job.state() == JobState.SUCCEEDED ? PlatformKinds.JOB_FINISHED : PlatformKinds.JOB_FAILED;
        var notice = new Notice(
                kind,
                "job/" + job.id(),
                List.of(Notice.text("job.kind." + job.kind()), Notice.name(job.subject())),
                "/jobs/" + job.id(),
                job.mailed().contains(starter.id()));
        notifications.tell(notice, Audience.member(starter.id(), Reason.STARTED));
    }
}
