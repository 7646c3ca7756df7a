package io.opsdeck.web.security;

import io.opsdeck.core.audit.Actor;
import io.opsdeck.core.member.Access;
import io.opsdeck.core.member.Members;
import io.opsdeck.core.security.Permission;
import io.opsdeck.core.security.Roles;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.web.security.Sessions.SignedIn;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Recognises a signed-in member by his session. Files that look the same to everybody do without. */
class SessionFilter extends AccessFilter {

    private static final List<String> FILES = List.of("/css/", "/js/", "/vendor/", "/icons", "/favicon.");

    private final Sessions sessions;
    private final Members members;
    private final Roles roles;

    SessionFilter(Sessions sessions, Members members, Roles roles) {
        this.sessions = sessions;
        this.members = members;
        this.roles = roles;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        boolean file = FILES.stream().anyMatch(request.getRequestURI()::startsWith);
        super.doFilterInternal(file ? new WithoutSession(request) : request, response, chain);
    }

    @Override
    Optional<Found> find(HttpServletRequest request, HttpServletResponse response) {
        return sessions.find(request).flatMap(signedIn -> {
            Optional<Access> access = signedIn.workspace()
                    .flatMap(wished -> members.access(signedIn.member(), signedIn.since(), wished))
                    .or(() -> members.access(signedIn.member(), signedIn.since(), null));
            return access.map(found -> signedIn.byProvider() ? found.withoutSecondStep() : found)
                    .map(own -> asViewed(own, signedIn))
                    .map(found -> new Found(found, Actor.Kind.MEMBER, found.member(), found.name()));
        });
    }

    /** Only while he may manage roles himself, and only in the workspace in which he began. */
    private Access asViewed(Access own, SignedIn signedIn) {
        return signedIn.view()
                .filter(view ->
                        own.may(Permission.ROLE_MANAGE) && own.workspace().equals(view.workspace()))
                .flatMap(view -> CurrentWorkspace.call(own.workspace(), () -> roles.find(view.role())))
                .map(own::as)
                .orElse(own);
    }

    /** The framework looks for a session with every request; for a file that would be a question to the database. */
    private static final class WithoutSession extends HttpServletRequestWrapper {

        WithoutSession(HttpServletRequest request) {
            super(request);
        }

        @Override
        public @Nullable HttpSession getSession(boolean create) {
            return create ? super.getSession(true) : null;
        }
    }
}
