package io.opsdeck.core.notification;

import io.opsdeck.core.member.MemberJoined;
import io.opsdeck.core.member.RoleChanged;
import io.opsdeck.core.security.Role;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.Workspaces;
import java.util.List;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Tells members what became of their invitations and roles. */
@Component
class MemberNotices {

    private final Notifications notifications;
    private final Workspaces workspaces;

    MemberNotices(Notifications notifications, Workspaces workspaces) {
        this.notifications = notifications;
        this.workspaces = workspaces;
    }

    @EventListener
    void joined(MemberJoined joined) {
        notifications.tell(
                new Notice(
                        PlatformKinds.MEMBER_JOINED,
                        "member/" + joined.member(),
                        List.of(Notice.name(joined.name()), role(joined.role())),
                        "/members"),
                Audience.member(joined.invitedBy(), Reason.INVITED));
        if (joined.known()) {
            String workspace =
                    workspaces.require(CurrentWorkspace.require()).settings().name();
            notifications.tell(
                    new Notice(
                            PlatformKinds.WORKSPACE_SHARED,
                            "workspace",
                            List.of(Notice.name(workspace), role(joined.role())),
                            "/"),
                    Audience.member(joined.member(), Reason.CONCERNED));
        }
    }

    @EventListener
    void roleChanged(RoleChanged change) {
        notifications.tell(
                new Notice(
                        PlatformKinds.ROLE_CHANGED,
                        "role",
                        List.of(role(change.before()), role(change.after())),
                        "/roles"),
                Audience.member(change.member(), Reason.CONCERNED));
    }

    private static String role(Role role) {
        return role.isAdded() ? Notice.name(role.name()) : Notice.text("role." + role.key());
    }
}
