package io.opsdeck.web.workspace;

import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.member.Access;
import io.opsdeck.core.member.Members;
import io.opsdeck.core.page.Page;
import io.opsdeck.core.security.Permission;
import io.opsdeck.core.security.Role;
import io.opsdeck.core.workspace.WorkspaceSettings;
import io.opsdeck.core.workspace.WorkspaceView;
import io.opsdeck.core.workspace.Workspaces;
import io.opsdeck.web.security.Caller;
import io.opsdeck.web.security.Requires;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Workspaces over REST. */
@RestController
@RequestMapping(path = "/api/v1/workspaces", produces = MediaType.APPLICATION_JSON_VALUE)
class WorkspaceApiController {

    private final Workspaces workspaces;
    private final Members members;

    WorkspaceApiController(Workspaces workspaces, Members members) {
        this.workspaces = workspaces;
        this.members = members;
    }

    @GetMapping
    @Requires(Permission.WORKSPACE_READ)
    Page<WorkspaceBody> list(HttpServletRequest request) {
        return new Page<>(
                workspaces.list(Caller.require(request).workspaces()).stream()
                        .map(WorkspaceBody::of)
                        .toList(),
                null);
    }

    /** Only an owner makes further workspaces; he owns the new one too. */
    @PostMapping
    @Requires(Permission.WORKSPACE_MANAGE)
    ResponseEntity<WorkspaceBody> create(@RequestBody NewWorkspace body, HttpServletRequest request) {
        Access by = Caller.require(request);
        if (!by.role().isOwner()) {
            throw CoreError.FORBIDDEN.exception("workspace:manage");
        }
        var settings = WorkspaceSettings.of(
                or(body.name(), ""),
                or(body.timeZone(), "Asia/Shanghai"),
                or(body.weekStart(), "MONDAY"),
                or(body.currency(), "CNY"),
                or(body.locale(), "zh-CN"));
        WorkspaceView made = workspaces.create(settings, id -> members.join(by.member(), Role.OWNER));
        return ResponseEntity.created(URI.create("/api/v1/workspaces/" + made.id()))
                .body(WorkspaceBody.of(made));
    }

    private static String or(@Nullable String given, String otherwise) {
        return given == null ? otherwise : given;
    }

    /** What a new workspace is made of; only the name is required. */
    record NewWorkspace(
            @Nullable String name,
            @Nullable String timeZone,
            @Nullable String weekStart,
            @Nullable String currency,
            @Nullable String locale) {}

    /** A workspace on the wire. */
    record WorkspaceBody(String id, String name, String timeZone, String weekStart, String currency, String locale) {

        static WorkspaceBody of(WorkspaceView view) {
            return new WorkspaceBody(
                    view.id().toString(),
                    view.settings().name(),
                    view.settings().timeZone().getId(),
                    view.settings().weekStart().name(),
                    view.settings().currency(),
                    view.settings().locale());
        }
    }
}
