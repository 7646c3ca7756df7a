package io.opsdeck.web.signon;

import io.opsdeck.core.signon.SignOnAttempt;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Keeps the last attempt of a session, as texts, until it is answered: the answer takes it away, so it counts once. */
@Component
class SignOnAttempts {

    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private static final String STATE = "sign-on.state";
    private static final String NONCE = "sign-on.nonce";
    private static final String VERIFIER = "sign-on.verifier";
    private static final String NEXT = "sign-on.next";
    private static final String INVITATION = "sign-on.invitation";
    private static final String BEGUN = "sign-on.begun";

    private final Clock clock;

    SignOnAttempts(Clock clock) {
        this.clock = clock;
    }

    /**
     * What was asked.
     *
     * @param next where the person wanted to go
     * @param invitation the code that brought him, or empty
     */
    record Asked(SignOnAttempt attempt, String next, String invitation) {}

    void keep(HttpServletRequest request, Asked asked) {
        HttpSession session = request.getSession(true);
        session.setAttribute(STATE, asked.attempt().state());
        session.setAttribute(NONCE, asked.attempt().nonce());
        session.setAttribute(VERIFIER, asked.attempt().verifier());
        session.setAttribute(NEXT, asked.next());
        session.setAttribute(INVITATION, asked.invitation());
        session.setAttribute(BEGUN, clock.instant().toString());
    }

    /** The attempt of this session, which has none any more; empty where there was none or the answer took too long. */
    Optional<Asked> take(HttpServletRequest request) {
        HttpSession session = request.getSession(false);
        if (session == null || !(session.getAttribute(BEGUN) instanceof String begun)) {
            return Optional.empty();
        }
        var asked = new Asked(
                new SignOnAttempt(take(session, STATE), take(session, NONCE), take(session, VERIFIER)),
                take(session, NEXT),
                take(session, INVITATION));
        session.removeAttribute(BEGUN);
        boolean inTime = clock.instant().isBefore(Instant.parse(begun).plus(PATIENCE));
        return inTime ? Optional.of(asked) : Optional.empty();
    }

    private static String take(HttpSession session, String name) {
        String value = session.getAttribute(name) instanceof String text ? text : "";
        session.removeAttribute(name);
        return value;
    }
}
