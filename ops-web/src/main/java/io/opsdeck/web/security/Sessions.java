package io.opsdeck.web.security;

import io.opsdeck.core.audit.AuditTrail;
import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.id.Ids;
import io.opsdeck.core.member.Members;
import io.opsdeck.core.member.TwoStep;
import io.opsdeck.core.security.Role;
import io.opsdeck.core.text.TextHygiene;
import io.opsdeck.core.workspace.WorkspaceId;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.session.FindByIndexNameSessionRepository;
import org.springframework.session.Session;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What a browser session remembers, as texts only: the member, when and from where he signed in, when he last did
 * something, the workspace he looks at. A session ends when nobody does anything with it, and after a time in any case.
 */
@Component
public class Sessions {

    private static final String MEMBER = "member";
    private static final String AWAITED = "awaited";
    private static final String NEXT = "next";
    private static final String PROVIDER = "provider";
    private static final String SINCE = "since";
    private static final String USED = "used";
    private static final String WORKSPACE = "workspace";
    private static final String VIEW = "view";
    private static final String AGENT = "agent";
    private static final String ADDRESS = "address";

    /** What the pages call a session; its id is a secret. */
    private static final String HANDLE = "handle";

    /** How exactly the last use is known; each note of it is a write. */
    private static final Duration GRAIN = Duration.ofMinutes(1);

    private static final int LONGEST_AGENT = 300;

    private final FindByIndexNameSessionRepository<? extends Session> repository;
    private final Members members;
    private final Clock clock;
    private final Ids ids;
    private final AuditTrail audit;
    private final TransactionTemplate transactions;
    private final Duration idle;
    private final Duration lifetime;

    Sessions(
            FindByIndexNameSessionRepository<? extends Session> repository,
            Members members,
            Clock clock,
            Ids ids,
            AuditTrail audit,
            TransactionTemplate transactions,
            @Value("${opsdeck.session.idle}") Duration idle,
            @Value("${opsdeck.session.lifetime}") Duration lifetime) {
        this.repository = repository;
        this.members = members;
        this.clock = clock;
        this.ids = ids;
        this.audit = audit;
        this.transactions = transactions;
        this.idle = idle;
        this.lifetime = lifetime;
    }

    /** Begins a session for a member under a new session id. */
    public void begin(HttpServletRequest request, UUID member) {
        HttpSession old = request.getSession(false);
        if (old != null) {
            old.invalidate();
        }
        HttpSession session = request.getSession(true);
        Instant now = clock.instant();
        session.setMaxInactiveInterval((int) lifetime.toSeconds());
        session.setAttribute(MEMBER, member.toString());
        session.setAttribute(SINCE, now.toString());
        session.setAttribute(USED, now.toString());
        session.setAttribute(HANDLE, ids.next().toString());
        session.setAttribute(AGENT, agent(request));
        session.setAttribute(ADDRESS, request.getRemoteAddr());
        session.setAttribute(FindByIndexNameSessionRepository.PRINCIPAL_NAME_INDEX_NAME, member.toString());
    }

    /** Begins a session for a member whom the provider signed in; his second step is the provider's affair. */
    public void beginByProvider(HttpServletRequest request, UUID member) {
        begin(request, member);
        request.getSession().setAttribute(PROVIDER, PROVIDER);
    }

    /** Remembers that the password of a member was right, under a new session id. He is not signed in by that. */
    public void awaitSecondStep(HttpServletRequest request, UUID member, String next) {
        HttpSession old = request.getSession(false);
        if (old != null) {
            old.invalidate();
        }
        HttpSession session = request.getSession(true);
        session.setAttribute(AWAITED, member.toString());
        session.setAttribute(SINCE, clock.instant().toString());
        session.setAttribute(NEXT, next);
    }

    /** Whose second step this session waits for; empty when he took too long. */
    Optional<Awaited> awaited(HttpServletRequest request) {
        HttpSession session = request.getSession(false);
        if (session == null
                || !(session.getAttribute(AWAITED) instanceof String member)
                || !(session.getAttribute(NEXT) instanceof String next)) {
            return Optional.empty();
        }
        Instant since = instant(session.getAttribute(SINCE));
        return clock.instant().isBefore(since.plus(TwoStep.PATIENCE))
                ? Optional.of(new Awaited(UUID.fromString(member), since, next))
                : Optional.empty();
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

    /** Looks at a workspace as another role would see it, in this session only and under a new session id. */
    public void viewAs(HttpServletRequest request, WorkspaceId workspace, Role role) {
        transactions.executeWithoutResult(
                status -> audit.record("role.view_begun", "role", role.key(), role.label(), Map.of(), Map.of()));
        request.getSession().setAttribute(VIEW, workspace + " " + role.key());
        request.changeSessionId();
    }

    /** Looks with one's own eyes again, under a new session id. */
    public void viewAsOneself(HttpServletRequest request, Role role) {
        transactions.executeWithoutResult(
                status -> audit.record("role.view_ended", "role", role.key(), role.label(), Map.of(), Map.of()));
        request.getSession().removeAttribute(VIEW);
        request.changeSessionId();
    }

    /** The living sessions of a member, the last used first; {@code request} tells which of them is the reader's own. */
    public List<SessionView> list(UUID member, HttpServletRequest request) {
        HttpSession own = request.getSession(false);
        String current = own == null ? "" : own.getId();
        Instant now = clock.instant();
        return repository.findByPrincipalName(member.toString()).values().stream()
                .filter(session -> isAlive(instant(session, SINCE), instant(session, USED), now))
                .map(session -> new SessionView(
                        text(session, HANDLE),
                        Device.name(text(session, AGENT)),
                        text(session, ADDRESS),
                        instant(session, SINCE),
                        instant(session, USED),
                        session.getId().equals(current)))
                .sorted(Comparator.comparing(SessionView::usedAt).reversed())
                .toList();
    }

    /** Ends one session of a member; its next request is nobody's. */
    public void end(UUID member, String memberName, String handle) {
        Session session = repository.findByPrincipalName(member.toString()).values().stream()
                .filter(each -> text(each, HANDLE).equals(handle))
                .findFirst()
                .orElseThrow(CoreError.SESSION_NOT_FOUND::exception);
        repository.deleteById(session.getId());
        record(member, memberName, Device.name(text(session, AGENT)));
    }

    /** Ends all sessions of a member but the one of {@code request}, and returns how many there were. */
    public int endOthers(UUID member, String memberName, HttpServletRequest request) {
        List<SessionView> others =
                list(member, request).stream().filter(each -> !each.current()).toList();
        others.forEach(each -> end(member, memberName, each.handle()));
        return others.size();
    }

    /**
     * Goes on under a new session id and ends all others, after a member changed how he signs in. What began before this
     * is over for {@link Members#access} too.
     */
    public void renew(HttpServletRequest request, UUID member) {
        HttpSession session = request.getSession();
        Object own = session.getAttribute(HANDLE);
        repository.findByPrincipalName(member.toString()).values().stream()
                .filter(each -> !text(each, HANDLE).equals(own))
                .map(Session::getId)
                .forEach(repository::deleteById);
        request.changeSessionId();
        session.setAttribute(SINCE, clock.instant().toString());
    }

    /** Takes away all sessions of a member who was signed out everywhere. */
    public void endAll(UUID member) {
        repository.findByPrincipalName(member.toString()).keySet().forEach(repository::deleteById);
    }

    Optional<SignedIn> find(HttpServletRequest request) {
        HttpSession session = request.getSession(false);
        if (session == null || !(session.getAttribute(MEMBER) instanceof String member)) {
            return Optional.empty();
        }
        Instant since = instant(session.getAttribute(SINCE));
        Instant used = instant(session.getAttribute(USED));
        Instant now = clock.instant();
        if (!isAlive(since, used, now)) {
            session.invalidate();
            return Optional.empty();
        }
        if (isDoneBySomebody(request) && !now.isBefore(used.plus(GRAIN))) {
            session.setAttribute(USED, now.toString());
            members.seen(UUID.fromString(member));
        }
        Optional<WorkspaceId> workspace = session.getAttribute(WORKSPACE) instanceof String id
                ? Optional.of(WorkspaceId.of(id))
                : Optional.empty();
        return Optional.of(new SignedIn(
                UUID.fromString(member), since, workspace, view(session), session.getAttribute(PROVIDER) != null));
    }

    private static Optional<View> view(HttpSession session) {
        return session.getAttribute(VIEW) instanceof String text
                ? Optional.of(new View(WorkspaceId.of(text.split(" ")[0]), text.split(" ")[1]))
                : Optional.empty();
    }

    private boolean isAlive(Instant since, Instant used, Instant now) {
        return now.isBefore(since.plus(lifetime)) && now.isBefore(used.plus(idle));
    }

    /** A page that refreshes itself does not keep a session alive. */
    private static boolean isDoneBySomebody(HttpServletRequest request) {
        String accept = request.getHeader("Accept");
        return request.getHeader("Opsdeck-Refresh") == null
                && (accept == null || !accept.startsWith("text/event-stream"));
    }

    private void record(UUID member, String name, String device) {
        transactions.executeWithoutResult(status -> audit.record(
                "member.session_ended", "member", member.toString(), name, Map.of("device", device), Map.of()));
    }

    private static String agent(HttpServletRequest request) {
        String agent = TextHygiene.clean(
                Optional.ofNullable(request.getHeader("User-Agent")).orElse(""));
        return agent.substring(0, Math.min(agent.length(), LONGEST_AGENT));
    }

    private static String text(Session session, String name) {
        return session.getAttribute(name) instanceof String text ? text : "";
    }

    private static Instant instant(Session session, String name) {
        return instant(session.getAttribute(name));
    }

    /** A session of before these notes were kept is over. */
    private static Instant instant(@Nullable Object text) {
        return text instanceof String time ? Instant.parse(time) : Instant.EPOCH;
    }

    /** @param next where he wanted to go */
    record Awaited(UUID member, Instant passwordAt, String next) {}

    /** @param byProvider whether the provider signed him in */
    record SignedIn(
            UUID member, Instant since, Optional<WorkspaceId> workspace, Optional<View> view, boolean byProvider) {}

    /** The role, by its key, as which a workspace is looked at. */
    record View(WorkspaceId workspace, String role) {}

    /**
     * A session as a list shows it.
     *
     * @param device browser and system, empty where unknown
     * @param usedAt to the minute
     * @param current whether the reader reads it in this very session
     */
    public record SessionView(
            String handle, String device, String address, Instant since, Instant usedAt, boolean current) {}
}
