package io.opsdeck.core.member;

import io.opsdeck.core.audit.AuditTrail;
import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.id.Ids;
import io.opsdeck.core.mail.MailAddress;
import io.opsdeck.core.member.SignInThrottle.Door;
import io.opsdeck.core.security.Authority;
import io.opsdeck.core.security.Role;
import io.opsdeck.core.security.RoleError;
import io.opsdeck.core.security.RoleView;
import io.opsdeck.core.security.Roles;
import io.opsdeck.core.text.TextHygiene;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.WorkspaceId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

/** The operations team: who signs in, who belongs to which workspace, and with which role. */
@Service
@Transactional(readOnly = true)
public class Members {

    private static final int MOST_IN_NAME = 80;
    private static final String SELECT = """
            select m.id, m.name, m.mail, s.role, m.disabled_at is not null or s.disabled_at is not null, m.last_seen_at, s.created_at,
              exists (select from core.two_step t where t.member_id = m.id and t.confirmed_at is not null),
                   coalesce(r.name, ''),
                   exists (select from core.scim_user u where u.workspace_id = s.workspace_id and u.member_id = m.id),
              m.password_hash <> '%s'
            from core.membership s join core.member m on m.id = s.member_id
            left join core.role r on r.workspace_id = s.workspace_id and r.id = s.added_role
            """.formatted(Passwords.NOBODY);

    private final MemberRepository repository;
    private final Passwords passwords;
    private final PasswordDoor door;
    private final SignInThrottle throttle;
    private final SecondSteps secondSteps;
    private final Roles roles;
    private final AuditTrail audit;
    private final JdbcClient jdbc;
    private final Ids ids;
    private final Clock clock;
    private final TransactionTemplate transactions;
    private final boolean secondStepRequired;
    private final ApplicationEventPublisher events;

    Members(
            MemberRepository repository,
            Passwords passwords,
            PasswordDoor door,
            SignInThrottle throttle,
            SecondSteps secondSteps,
            Roles roles,
            AuditTrail audit,
            JdbcClient jdbc,
            Ids ids,
            Clock clock,
            TransactionTemplate transactions,
            @Value("${opsdeck.two-step.required}") boolean secondStepRequired,
            ApplicationEventPublisher events) {
        this.repository = repository;
        this.passwords = passwords;
        this.door = door;
        this.throttle = throttle;
        this.secondSteps = secondSteps;
        this.roles = roles;
        this.audit = audit;
        this.jdbc = jdbc;
        this.ids = ids;
        this.clock = clock;
        this.transactions = transactions;
        this.secondStepRequired = secondStepRequired;
        this.events = events;
    }

    /** True when nobody has set this installation up yet. */
    public boolean isEmpty() {
        return repository.count() == 0;
    }

    /** Makes a member; {@code mail} must be free. Part of the caller's transaction. */
    @Transactional
    public UUID register(String mail, String name, String password) {
        passwords.check(password, MailAddress.of(mail).text());
        return registerUnchecked(mail, name, password);
    }

    /** Like {@link #register}, with whatever password the operator put into the environment. */
    @Transactional
    UUID registerUnchecked(String mail, String name, String password) {
        return keep(mail, name, passwords.hash(password));
    }

    /** Makes a member who comes in by other means; {@code mail} must be free. Part of the caller's transaction. */
    @Transactional
    public UUID registerWithoutPassword(String mail, String name) {
        int most = name.offsetByCodePoints(0, Math.min(MOST_IN_NAME, name.codePointCount(0, name.length())));
        return keep(mail, name.substring(0, most), Passwords.NOBODY);
    }

    private UUID keep(String mail, String name, String hash) {
        var member = new Member(ids.next(), MailAddress.of(mail).text(), called(name), hash, clock.instant());
        return repository.saveAndFlush(member).id();
    }

    private static String called(String name) {
        String called = TextHygiene.clean(name).strip();
        if (called.isEmpty()) {
            throw CoreError.REQUIRED.at("/name");
        }
        if (called.codePointCount(0, called.length()) > MOST_IN_NAME) {
            throw CoreError.TOO_LONG.at("/name", MOST_IN_NAME);
        }
        return called;
    }

    /** Gives a member a role in the current workspace. Part of the caller's transaction. */
    @Transactional
    public void join(UUID member, Role role) {
        int added = unlessGone(() -> jdbc.sql("""
                        insert into core.membership (workspace_id, member_id, role, created_at)
                        values (core.current_workspace(), ?, ?, ?) on conflict do nothing
                        """)
                .params(member, role.key(), Timestamp.from(clock.instant()))
                .update());
        if (added == 0) {
            throw CoreError.ALREADY_MEMBER.at("/mail");
        }
        Member joined = require(member);
        audit.record(
                "member.joined", "member", member.toString(), joined.name(), Map.of(), Map.of("role", role.label()));
    }

    /**
     * Checks a password. Costs the same whether the member exists or not. For a member with two-step sign-in a code has
     * to follow.
     */
    @Transactional
    public SignIn signIn(String mail, String password, String address) {
        String typed = mail.strip().toLowerCase(java.util.Locale.ROOT);
        if (throttle.isBlocked(Door.PASSWORD, typed, address)) {
            return new SignIn(SignIn.Outcome.THROTTLED, null);
        }
        Optional<Member> member = repository.findByMail(TextHygiene.clean(typed));
        boolean right = member.map(known -> passwords.matches(password, known.passwordHash())
                        && !known.isDisabled()
                        && door.isOpenTo(known.id()))
                .orElseGet(() -> {
                    passwords.pretend(password);
                    return false;
                });
        if (!right) {
            throttle.failed(Door.PASSWORD, typed, address);
            return new SignIn(SignIn.Outcome.REFUSED, null);
        }
        throttle.succeeded(Door.PASSWORD, typed);
        Member known = member.orElseThrow();
        if (secondSteps.isOn(known.id())) {
            return new SignIn(SignIn.Outcome.SECOND_STEP, known.id());
        }
        known.seen(clock.instant());
        return new SignIn(SignIn.Outcome.SUCCEEDED, known.id());
    }

    /**
     * What a member may do now, in the workspace he wishes or, with a session, else in his first one; empty when his session is over or
     * he belongs nowhere. Begins its own transactions, because it looks across workspaces first.
     *
     * @param since when the session began, or null for an API token
     */
    @Transactional(propagation = Propagation.NEVER)
    public Optional<Access> access(UUID id, @Nullable Instant since, @Nullable WorkspaceId wished) {
        record Place(WorkspaceId workspace, Role role, boolean secondStepMissing) {}
        record Found(Member member, List<Place> places) {}

        Optional<Found> found = CurrentWorkspace.callAsSystem(() -> transactions.execute(status -> repository
                .findById(id)
                .filter(member -> since == null ? !member.isDisabled() : member.accepts(since))
                .map(member -> new Found(
                        member,
                        jdbc.sql("""
                                        select s.workspace_id, s.role, not exists (select from core.two_step t
                                            where t.member_id = s.member_id and t.confirmed_at is not null)
                                          and (? or exists (select from core.two_step_requirement q
                                            where q.workspace_id = s.workspace_id)), coalesce(r.name, '')
                                        from core.membership s left join core.role r
                                          on r.workspace_id = s.workspace_id and r.id = s.added_role
                                        where s.member_id = ? and s.disabled_at is null order by s.created_at
                                        """)
                                .params(secondStepRequired, id)
                                .query((row, number) -> new Place(
                                        new WorkspaceId(row.getObject(1, UUID.class)),
                                        new Role(row.getString(2), row.getString(4)),
                                        row.getBoolean(3)))
                                .list()))));
        if (found == null || found.isEmpty() || found.get().places().isEmpty()) {
            return Optional.empty();
        }
        List<Place> places = found.get().places();
        Optional<Place> place = wished == null
                ? Optional.of(places.get(0))
                : places.stream()
                        .filter(each -> each.workspace().equals(wished))
                        .findFirst()
                        .or(() -> since == null ? Optional.empty() : Optional.of(places.get(0)));
        return place.map(chosen -> {
            Member member = found.get().member();
            return new Access(
                    member.id(),
                    member.name(),
                    member.mail(),
                    member.locale(),
                    chosen.workspace(),
                    chosen.role(),
                    CurrentWorkspace.call(chosen.workspace(), () -> roles.permissions(chosen.role())),
                    places.stream().map(Place::workspace).toList(),
                    since != null && chosen.secondStepMissing(),
                    false);
        });
    }

    /** The member with a mail address, whatever his workspaces. */
    public Optional<UUID> withMail(String mail) {
        return repository.findByMail(mail).map(Member::id);
    }

    /** Notes that a member came in by other means than his password; false where he is disabled. */
    @Transactional
    public boolean arrived(UUID member) {
        return jdbc.sql("update core.member set last_seen_at = ? where id = ? and disabled_at is null")
                        .params(Timestamp.from(clock.instant()), member)
                        .update()
                == 1;
    }

    /** The workspace in which a member acts first; empty when he belongs nowhere. Looks across workspaces. */
    @Transactional(propagation = Propagation.NEVER)
    public Optional<WorkspaceId> home(UUID member) {
        return Objects.requireNonNull(CurrentWorkspace.callAsSystem(() -> transactions.execute(status -> jdbc.sql(
                        "select workspace_id from core.membership where member_id = ? order by created_at limit 1")
                .param(member)
                .query(UUID.class)
                .optional()
                .map(WorkspaceId::new))));
    }

    /**
     * Lets only those who own every workspace of another member open the doors to his account: whoever comes in by them
     * is in all of these workspaces. Looks across workspaces.
     */
    @Transactional(propagation = Propagation.NEVER)
    void requireOwnerOf(UUID member, UUID by) {
        if (member.equals(by)) {
            throw CoreError.NOT_YOURSELF.exception();
        }
        record Ties(boolean here, boolean ownedHere, boolean ownedEverywhere) {}

        WorkspaceId here = CurrentWorkspace.require();
        Ties ties =
                Objects.requireNonNull(CurrentWorkspace.callAsSystem(() -> transactions.execute(status -> jdbc.sql("""
                                select coalesce(bool_or(s.workspace_id = ?), false),
                                  coalesce(bool_or(s.workspace_id = ? and o.role = 'owner'), false),
                                  coalesce(bool_and(coalesce(o.role = 'owner', false)), false)
                                from core.membership s left join core.membership o
                                  on o.workspace_id = s.workspace_id and o.member_id = ?
                                where s.member_id = ?
                                """)
                        .params(here.id(), here.id(), by, member)
                        .query((row, number) -> new Ties(row.getBoolean(1), row.getBoolean(2), row.getBoolean(3)))
                        .single())));
        if (!ties.here()) {
            throw CoreError.MEMBER_NOT_FOUND.exception();
        }
        if (!ties.ownedHere()) {
            throw CoreError.OWNERS_ONLY.exception();
        }
        if (!ties.ownedEverywhere()) {
            throw CoreError.MEMBER_ELSEWHERE.exception();
        }
    }

    /** The members of the current workspace whose name or mail contains {@code text}, by name. */
    public List<MemberView> list(String text) {
        return jdbc.sql(SELECT + """
                        where ? = '' or position(lower(?) in lower(m.name || ' ' || m.mail)) > 0
                        order by lower(m.name), m.id
                        """).params(text, text).query(Members::view).list();
    }

    /** One member of the current workspace. */
    public MemberView one(UUID member) {
        return jdbc.sql(SELECT + "where m.id = ?")
                .param(member)
                .query(Members::view)
                .optional()
                .orElseThrow(CoreError.MEMBER_NOT_FOUND::exception);
    }

    /** Gives a member of the current workspace another role; the last owner keeps his. */
    @Transactional
    public void changeRole(UUID member, Role role, Authority by) {
        Role before = roleOf(member);
        if (before.equals(role)) {
            return;
        }
        requireCovers(by, before);
        requireCovers(by, role);
        keepAnOwner(before);
        give(member, before, role);
    }

    /** Gives a member the role that his groups give; owners are left alone. */
    @Transactional
    public void assign(UUID member, Role role) {
        Role before = roleOf(member);
        if (before.isOwner() || role.isOwner() || before.equals(role)) {
            return;
        }
        give(member, before, role);
    }

    private void give(UUID member, Role before, Role role) {
        unlessGone(() -> jdbc.sql("update core.membership set role = ?, version = version + 1 where member_id = ?")
                .params(role.key(), member)
                .update());
        audit.record(
                "member.role_changed",
                "member",
                member.toString(),
                require(member).name(),
                Map.of("role", before.label()),
                Map.of("role", role.label()));
        events.publishEvent(new RoleChanged(member, before, role));
    }

    /** The member with this address; one who is new has no password until he asks for a link, or comes by another way. */
    @Transactional
    public UUID provision(String mail, String name) {
        return repository
                .findByMail(MailAddress.of(mail).text())
                .map(Member::id)
                .orElseGet(() -> {
                    UUID made = keep(mail, name, Passwords.NOBODY);
                    jdbc.sql("update core.member set provisioned_in = core.current_workspace() where id = ?")
                            .param(made)
                            .update();
                    return made;
                });
    }

    /** Takes away a member's access to the current workspace, from his next request on. */
    @Transactional
    public void suspend(UUID member) {
        int changed = jdbc.sql("update core.membership set disabled_at = ? where member_id = ? and disabled_at is null")
                .params(Timestamp.from(clock.instant()), member)
                .update();
        if (changed == 1) {
            audit.record(
                    "member.suspended",
                    "member",
                    member.toString(),
                    require(member).name(),
                    Map.of(),
                    Map.of());
        }
    }

    /** Lets a suspended member in again; false where the member has not been in the workspace. */
    @Transactional
    public boolean reenter(UUID member) {
        int changed = jdbc.sql(
                        "update core.membership set disabled_at = null where member_id = ? and disabled_at is not null")
                .param(member)
                .update();
        if (changed == 1) {
            audit.record(
                    "member.reentered",
                    "member",
                    member.toString(),
                    require(member).name(),
                    Map.of(),
                    Map.of());
        }
        return changed == 1;
    }

    /** Whether an identity provider of the current workspace made the member, and he is in no other one. */
    public boolean isProvisionedHereOnly(UUID member) {
        return jdbc.sql("""
                        select coalesce(provisioned_in = core.current_workspace(), false)
                          and not core.belongs_elsewhere(id) from core.member where id = ?
                        """).param(member).query(Boolean.class).single();
    }

    /** Gives a member another address; false where somebody has it. */
    @Transactional
    public boolean readdress(UUID member, String mail) {
        String address = MailAddress.of(mail).text();
        return jdbc.sql("""
                        update core.member set mail = ?, version = version + 1
                        where id = ? and not exists (select from core.member where mail = ?)
                        """).params(address, member, address).update() == 1;
    }

    @Transactional
    public void rename(UUID member, String name) {
        jdbc.sql("update core.member set name = ?, version = version + 1 where id = ?")
                .params(called(name), member)
                .update();
    }

    /** Takes a member out of the current workspace. */
    @Transactional
    public void remove(UUID member, UUID by, Authority authority) {
        if (member.equals(by)) {
            throw CoreError.NOT_YOURSELF.exception();
        }
        Role role = roleOf(member);
        requireCovers(authority, role);
        keepAnOwner(role);
        jdbc.sql("delete from core.membership where member_id = ?")
                .param(member)
                .update();
        audit.record(
                "member.removed",
                "member",
                member.toString(),
                require(member).name(),
                Map.of("role", role.label()),
                Map.of());
    }

    /** Ends all sessions of a member of the current workspace, from his next request on. */
    @Transactional
    public void signOutEverywhere(UUID member) {
        roleOf(member);
        Member known = require(member);
        known.signOutEverywhere(clock.instant());
        audit.record("member.signed_out", "member", member.toString(), known.name(), Map.of(), Map.of());
    }

    /** Notes that a member did something; asked for seldom, since each of these is a write. */
    @Transactional
    public void seen(UUID member) {
        jdbc.sql("update core.member set last_seen_at = ? where id = ?")
                .params(Timestamp.from(clock.instant()), member)
                .update();
    }

    /** Remembers the language a member chose. */
    @Transactional
    public void prefer(UUID member, String language) {
        require(member).prefer(language);
    }

    private static MemberView view(ResultSet row, int number) throws SQLException {
        return new MemberView(
                row.getObject(1, UUID.class),
                row.getString(2),
                row.getString(3),
                new Role(row.getString(4), row.getString(9)),
                row.getBoolean(5),
                row.getTimestamp(6) == null ? null : row.getTimestamp(6).toInstant(),
                row.getTimestamp(7).toInstant(),
                row.getBoolean(8),
                row.getBoolean(10),
                row.getBoolean(11));
    }

    private Role roleOf(UUID member) {
        return jdbc.sql("""
                        select s.role, coalesce(r.name, '') from core.membership s
                        left join core.role r on r.id = s.added_role where s.member_id = ?
                        """)
                .param(member)
                .query((row, number) -> new Role(row.getString(1), row.getString(2)))
                .optional()
                .orElseThrow(CoreError.MEMBER_NOT_FOUND::exception);
    }

    /** A role that somebody deletes at the same moment is given to nobody. */
    private static int unlessGone(IntSupplier write) {
        try {
            return write.getAsInt();
        } catch (DataIntegrityViolationException e) {
            throw RoleError.ROLE_NOT_FOUND.exception(e);
        }
    }

    private void requireCovers(Authority by, Role role) {
        RoleView view = roles.require(role.key());
        if (!by.covers(view)) {
            throw CoreError.ROLE_ABOVE_YOURS.at("/role");
        }
    }

    /** Locks the owners' rows, so that two of them cannot leave at once. */
    private void keepAnOwner(Role leaving) {
        if (!leaving.isOwner()) {
            return;
        }
        int owners = jdbc.sql("select member_id from core.membership where role = 'owner' for update")
                .query(UUID.class)
                .list()
                .size();
        if (owners < 2) {
            throw CoreError.LAST_OWNER.exception();
        }
    }

    private Member require(UUID id) {
        return repository.findById(id).orElseThrow(CoreError.MEMBER_NOT_FOUND::exception);
    }

    /**
     * A member as the list of a workspace shows him.
     *
     * @param twoStep whether he signs in in two steps
     * @param password whether he has one; whoever came by a provider has none
     */
    public record MemberView(
            UUID id,
            String name,
            String mail,
            Role role,
            boolean disabled,
            @Nullable Instant lastSeenAt,
            Instant joinedAt,
            boolean twoStep,
            boolean provisioned,
            boolean password) {}
}
