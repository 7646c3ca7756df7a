package io.opsdeck.web.security;

import io.opsdeck.core.audit.Actor;
import io.opsdeck.core.member.Access;
import io.opsdeck.core.member.Members;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;

/** Recognises a signed-in member by his session. */
class SessionFilter extends AccessFilter {

    private final Sessions sessions;
    private final Members members;

    SessionFilter(Sessions sessions, Members members) {
        this.sessions = sessions;
        this.members = members;
    }

    @Override
    Optional<Found> find(HttpServletRequest request) {
        return sessions.find(request).flatMap(signedIn -> {
            Optional<Access> access = signedIn.workspace()
                    .flatMap(wished -> members.access(signedIn.member(), signedIn.since(), wished))
                    .or(() -> members.access(signedIn.member(), signedIn.since(), null));
            return access.map(found -> new Found(found, Actor.Kind.MEMBER, found.member(), found.name()));
        });
    }
}
