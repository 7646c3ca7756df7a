package io.opsdeck.web.demo;

import io.opsdeck.campaign.sample.SampleWorkspace;
import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.member.Access;
import io.opsdeck.core.security.Permission;
import io.opsdeck.core.workspace.WorkspaceId;
import io.opsdeck.core.workspace.WorkspaceSettings;
import io.opsdeck.core.workspace.Workspaces;
import io.opsdeck.web.security.Caller;
import io.opsdeck.web.security.PageController;
import io.opsdeck.web.security.Requires;
import io.opsdeck.web.security.Sessions;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.web.bind.annotation.PostMapping;

/** Loads, refreshes and removes the sample workspace. Each leads to the workspace that is left. */
@PageController
class SamplePageController {

    private final SampleWorkspace sample;
    private final Workspaces workspaces;
    private final Sessions sessions;

    SamplePageController(SampleWorkspace sample, Workspaces workspaces, Sessions sessions) {
        this.sample = sample;
        this.workspaces = workspaces;
        this.sessions = sessions;
    }

    @PostMapping("/settings/sample")
    @Requires(Permission.WORKSPACE_MANAGE)
    String load(HttpServletRequest request) {
        Access access = owner(request);
        WorkspaceSettings settings = workspaces.require(access.workspace()).settings();
        WorkspaceId there = sample.among(access.workspaces())
                .orElseGet(() -> sample.create(access.member(), settings.timeZone(), settings.locale()));
        sessions.look(request, there);
        return "redirect:/";
    }

    @PostMapping("/settings/sample/refresh")
    @Requires(Permission.WORKSPACE_MANAGE)
    String refresh(HttpServletRequest request) {
        owner(request);
        sessions.look(request, sample.refresh());
        return "redirect:/";
    }

    @PostMapping("/settings/sample/delete")
    @Requires(Permission.WORKSPACE_MANAGE)
    String delete(HttpServletRequest request) {
        Access access = owner(request);
        sample.delete(access.workspaces());
        access.workspaces().stream()
                .filter(each -> !each.equals(access.workspace()))
                .findFirst()
                .ifPresent(other -> sessions.look(request, other));
        return "redirect:/settings";
    }

    /** Workspaces come and go by their owners. */
    private static Access owner(HttpServletRequest request) {
        Access access = Caller.require(request);
        if (!access.role().isOwner()) {
            throw CoreError.FORBIDDEN.exception();
        }
        return access;
    }
}
