package io.opsdeck.core.notification;

import java.util.List;
import org.springframework.stereotype.Component;

/** What every installation tells of. */
@Component
class PlatformKinds implements NotificationKinds {

    static final String JOB_FINISHED = "job.finished";
    static final String JOB_FAILED = "job.failed";
    static final String DELIVERY_UNCERTAIN = "delivery.uncertain";
    static final String ENDPOINT_DISABLED = "endpoint.disabled";
    static final String SENDING_STOPPED = "sending.stopped";
    static final String SENDING_RESUMED = "sending.resumed";
    static final String MEMBER_JOINED = "member.joined";
    static final String ROLE_CHANGED = "role.changed";
    static final String WORKSPACE_SHARED = "workspace.shared";
    static final String TOKEN_EXPIRING = "token.expiring";
    static final String TOKEN_UNUSED = "token.unused";

    @Override
    public List<NotificationKind> kinds() {
        return List.of(
                new NotificationKind(JOB_FINISHED, MailChoice.NEVER),
                new NotificationKind(JOB_FAILED, MailChoice.AT_ONCE),
                new NotificationKind(DELIVERY_UNCERTAIN, MailChoice.DAILY),
                new NotificationKind(ENDPOINT_DISABLED, MailChoice.AT_ONCE),
                new NotificationKind(SENDING_STOPPED, MailChoice.DAILY),
                new NotificationKind(SENDING_RESUMED, MailChoice.NEVER),
                new NotificationKind(MEMBER_JOINED, MailChoice.NEVER),
                new NotificationKind(ROLE_CHANGED, MailChoice.AT_ONCE),
                new NotificationKind(WORKSPACE_SHARED, MailChoice.NEVER),
                new NotificationKind(TOKEN_EXPIRING, MailChoice.AT_ONCE),
                new NotificationKind(TOKEN_UNUSED, MailChoice.DAILY));
    }
}
