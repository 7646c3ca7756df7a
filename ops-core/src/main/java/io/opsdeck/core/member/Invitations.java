package io.opsdeck.core.member;

import io.opsdeck.core.audit.Actor;
import io.opsdeck.core.audit.AuditTrail;
import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.id.Ids;
import io.opsdeck.core.mail.Letter;
import io.opsdeck.core.mail.MailAddress;
import io.opsdeck.core.mail.MailKind;
import io.opsdeck.core.mail.SystemMail;
import io.opsdeck.core.member.SignInThrottle.Door;
import io.opsdeck.core.security.Authority;
import io.opsdeck.core.security.Role;
import io.opsdeck.core.security.Roles;
import io.opsdeck.core.security.Secrets;
import io.opsdeck.core.webhook.Webhooks;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.WorkspaceId;
import io.opsdeck.core.workspace.WorkspaceSettings;
import io.opsdeck.core.workspace.Workspaces;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

/** Invitations by link: valid for 72 hours, once, for one mail address. Only the hash of the code is stored. */
@Service
@Transactional(readOnly = true)
public class Invitations {

    public static final Duration LIFETIME = Duration.ofHours(72);

    static final String KIND = "inv";

    private final Members members;
    private final Roles roles;
    private final MemberRepository repository;
    private final Passwords passwords;
    private final PasswordDoor door;
    private final SignInThrottle throttle;
    private final AuditTrail audit;
    private final Webhooks webhooks;
    private final SystemMail mails;
    private final Workspaces workspaces;
    private final String baseUrl;
    private final JdbcClient jdbc;
    private final Ids ids;
    private final Clock clock;
    private final TransactionTemplate transactions;
    private final ApplicationEventPublisher events;

    Invitations(
            Members members,
            Roles roles,
            MemberRepository repository,
            Passwords passwords,
            PasswordDoor door,
            SignInThrottle throttle,
            AuditTrail audit,
            Webhooks webhooks,
            SystemMail mails,
            Workspaces workspaces,
            @Value("${opsdeck.base-url}") String baseUrl,
            JdbcClient jdbc,
            Ids ids,
            Clock clock,
            TransactionTemplate transactions,
            ApplicationEventPublisher events) {
        this.members = members;
        this.roles = roles;
        this.repository = repository;
        this.passwords = passwords;
        this.door = door;
        this.throttle = throttle;
        this.audit = audit;
        this.webhooks = webhooks;
        this.mails = mails;
        this.workspaces = workspaces;
        this.baseUrl = baseUrl;
        this.jdbc = jdbc;
        this.ids = ids;
        this.clock = clock;
        this.transactions = transactions;
        this.events = events;
    }

    /**
     * Invites somebody into the current workspace and returns the code, the only time it can be read. Where mail is
     * configured, the link is mailed as well.
     */
    @Transactional
    public String invite(String mail, Role role, UUID by, Authority authority) {
        MailAddress to = MailAddress.of(mail);
        String address = to.text();
        if (!authority.covers(roles.require(role.key()))) {
            throw CoreError.ROLE_ABOVE_YOURS.at("/role");
        }
        boolean there =
                members.list("").stream().anyMatch(member -> member.mail().equals(address));
        if (there) {
            throw CoreError.ALREADY_MEMBER.at("/mail");
        }
        Instant now = clock.instant();
        jdbc.sql(
                        "update core.invitation set withdrawn_at = ? where mail = ? and accepted_at is null and withdrawn_at is null")
                .params(Timestamp.from(now), address)
                .update();
        String code = Secrets.next(KIND);
        UUID id = ids.next();
        jdbc.sql("""
                        insert into core.invitation
                          (id, workspace_id, mail, role, code_hash, invited_by, created_at, expires_at)
                        values (?, core.current_workspace(), ?, ?, ?, ?, ?, ?)
                        """)
                .params(
                        id,
                        address,
                        role.key(),
                        Secrets.hash(code),
                        by,
                        Timestamp.from(now),
                        Timestamp.from(now.plus(LIFETIME)))
                .update();
        audit.record("member.invited", "invitation", id.toString(), address, Map.of(), Map.of("role", role.label()));
        webhooks.publish("member.invited", Map.of("id", id.toString(), "role", role.key(), "mail", address));
        send(to, id, code);
        return code;
    }

    private void send(MailAddress to, UUID id, String code) {
        WorkspaceSettings settings =
                workspaces.require(CurrentWorkspace.require()).settings();
        List<String> texts = List.of(settings.name(), Actor.current().name(), String.valueOf(LIFETIME.toHours()));
        mails.send(
                "invitation/" + id,
                new Letter(
                        MailKind.INVITATION,
                        to,
                        Locale.forLanguageTag(settings.locale()),
                        texts,
                        baseUrl + "/invitations/" + code));
    }

    /** Open invitations of the current workspace, newest first. */
    public List<InvitationView> list() {
        return jdbc.sql("""
                        select i.id, i.mail, i.role, i.created_at, i.expires_at, coalesce(r.name, '')
                        from core.invitation i
                        left join core.role r on r.workspace_id = i.workspace_id and r.id = i.added_role
                        where i.accepted_at is null and i.withdrawn_at is null and i.expires_at > ?
                        order by i.created_at desc
                        """)
                .param(Timestamp.from(clock.instant()))
                .query((row, number) -> new InvitationView(
                        row.getObject(1, UUID.class),
                        row.getString(2),
                        new Role(row.getString(3), row.getString(6)),
                        row.getTimestamp(4).toInstant(),
                        row.getTimestamp(5).toInstant()))
                .list();
    }

    /** Makes an open invitation worthless. */
    @Transactional
    public void withdraw(UUID id) {
        String mail = jdbc.sql("""
                        update core.invitation set withdrawn_at = ?
                        where id = ? and accepted_at is null and withdrawn_at is null returning mail
                        """)
                .params(Timestamp.from(clock.instant()), id)
                .query(String.class)
                .optional()
                .orElseThrow(CoreError.INVITATION_NOT_FOUND::exception);
        audit.record("member.invitation_withdrawn", "invitation", id.toString(), mail, Map.of(), Map.of());
    }

    /** The invitation behind a code, whatever its workspace; empty when it is used, withdrawn, old or never was. */
    @Transactional(propagation = Propagation.NEVER)
    public Optional<Invited> find(String code) {
        if (!Secrets.isWellFormed(KIND, code)) {
            return Optional.empty();
        }
        return Objects.requireNonNull(CurrentWorkspace.callAsSystem(() -> transactions.execute(status -> jdbc.sql("""
                        select i.id, i.workspace_id, w.name, i.mail, i.role,
                               exists (select from core.member m where m.mail = i.mail), coalesce(r.name, '')
                        from core.invitation i join core.workspace w on w.id = i.workspace_id
                        left join core.role r on r.workspace_id = i.workspace_id and r.id = i.added_role
                        where i.code_hash = ? and i.accepted_at is null and i.withdrawn_at is null and i.expires_at > ?
                        """)
                .params(Secrets.hash(code), Timestamp.from(clock.instant()))
                .query((row, number) -> new Invited(
                        row.getObject(1, UUID.class),
                        new WorkspaceId(row.getObject(2, UUID.class)),
                        row.getString(3),
                        row.getString(4),
                        new Role(row.getString(5), row.getString(7)),
                        row.getBoolean(6)))
                .optional())));
    }

    /**
     * Accepts: a new member chooses name and password, a known one proves himself with his password. Two parallel
     * acceptances make one membership.
     *
     * @param address of whoever does it
     */
    @Transactional(propagation = Propagation.NEVER)
    public UUID accept(String code, String name, String password, String address) {
        Invited invited = find(code).orElseThrow(CoreError.INVITATION_NOT_FOUND::exception);
        if (!invited.known() && !door.isOpenToNewcomers()) {
            throw CoreError.PASSWORDS_CLOSED.exception();
        }
        Optional<UUID> proven =
                invited.known() ? Optional.of(prove(invited.mail(), password, address)) : Optional.empty();
        return CurrentWorkspace.call(
                invited.workspace(),
                () -> Objects.requireNonNull(transactions.execute(status -> {
                    take(invited.id());
                    UUID member = proven.orElseGet(() -> members.register(invited.mail(), name, password));
                    members.join(member, invited.role());
                    events.publishEvent(new MemberJoined(
                            member, members.one(member).name(), invited.role(), invitedBy(invited), invited.known()));
                    return member;
                })));
    }

    /** Accepts for a member who has proven by other means that the invitation is his. Part of the caller's transaction. */
    @Transactional
    public void acceptAs(Invited invited, UUID member) {
        take(invited.id());
        boolean there = jdbc.sql("select exists (select from core.membership where member_id = ?)")
                .param(member)
                .query(Boolean.class)
                .single();
        if (!there) {
            members.join(member, invited.role());
        }
    }

    private void take(UUID invitation) {
        int taken = jdbc.sql("""
                        update core.invitation set accepted_at = ?
                        where id = ? and accepted_at is null and withdrawn_at is null
                        """)
                .params(Timestamp.from(clock.instant()), invitation)
                .update();
        if (taken == 0) {
            throw CoreError.INVITATION_NOT_FOUND.exception();
        }
    }

    /** Guesses count as at sign-in, and stay counted when the acceptance is rolled back. */
    private UUID invitedBy(Invited invited) {
        return jdbc.sql("select invited_by from core.invitation where id = ?")
                .param(invited.id())
                .query(UUID.class)
                .single();
    }

    private UUID prove(String mail, String password, String address) {
        if (throttle.isBlocked(Door.PASSWORD, mail, address)) {
            throw CoreError.TOO_MANY_ATTEMPTS.exception();
        }
        Member known = repository.findByMail(mail).orElseThrow(CoreError.INVITATION_NOT_FOUND::exception);
        boolean right =
                passwords.matches(password, known.passwordHash()) && !known.isDisabled() && door.isOpenTo(known.id());
        if (!right) {
            throttle.failed(Door.PASSWORD, mail, address);
            throw CoreError.UNAUTHENTICATED.at("/password");
        }
        throttle.succeeded(Door.PASSWORD, mail);
        return known.id();
    }

    /** An open invitation as the list of a workspace shows it. */
    public record InvitationView(UUID id, String mail, Role role, Instant createdAt, Instant expiresAt) {}

    /** What the holder of a code is told; {@code known} when the address has signed up before. */
    public record Invited(
            UUID id, WorkspaceId workspace, String workspaceName, String mail, Role role, boolean known) {}
}
