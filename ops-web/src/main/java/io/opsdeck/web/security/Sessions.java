package io.opsdeck.web.security;

import io.opsdeck.core.workspace.WorkspaceId;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.springframework.session.FindByIndexNameSessionRepository;
import org.springframework.stereotype.Component;

/** What a browser session remembers, as texts only: the member, when he signed in, the workspace he looks at. */
@Component
public class Sessions {

    private static final String MEMBER = "member";
    private static final String SINCE = "since";
    private static final String WORKSPACE = "workspace";

    private final Clock clock;

    Sessions(Clock clock) {
        this.clock = clock;
    }

    /** Begins a session for a member under a new session id. */
    public void begin(HttpServletRequest request, UUID member) {
        HttpSession old = request.getSession(false);
        if (old != null) {
            old.invalidate();
        }
        HttpSession session = request.getSession(true);
        session.setAttribute(MEMBER, member.toString());
        session.setAttribute(SINCE, clock.instant().toString());
        session.setAttribute(FindByIndexNameSessionRepository.PRINCIPAL_NAME_INDEX_NAME, member.toString());
    }

    public void end(HttpServletRequest request) {
        HttpSession session = request.getSession(false);
        if (session != null) {
            session.invalidate();
        }
    }

    public void look(HttpServletRequest request, WorkspaceId workspace) {
        request.getSession().setAttribute(WORKSPACE, workspace.toString());
    }

    Optional<SignedIn> find(HttpServletRequest request) {
        HttpSession session = request.getSession(false);
        if (session == null || !(session.getAttribute(MEMBER) instanceof String member)) {
            return Optional.empty();
        }
        Instant since = Instant.parse(String.valueOf(session.getAttribute(SINCE)));
        Optional<WorkspaceId> workspace = session.getAttribute(WORKSPACE) instanceof String id
                ? Optional.of(WorkspaceId.of(id))
                : Optional.empty();
        return Optional.of(new SignedIn(UUID.fromString(member), since, workspace));
    }

    record SignedIn(UUID member, Instant since, Optional<WorkspaceId> workspace) {}
}
