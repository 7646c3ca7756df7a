package io.opsdeck.core.member;

import com.github.kagkarlsson.scheduler.SchedulerClient;
import io.opsdeck.core.audit.Actor;
import io.opsdeck.core.audit.AuditTrail;
import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.id.Ids;
import io.opsdeck.core.mail.Letter;
import io.opsdeck.core.mail.MailAddress;
import io.opsdeck.core.mail.MailKind;
import io.opsdeck.core.mail.SystemMail;
import io.opsdeck.core.member.SignInThrottle.Door;
import io.opsdeck.core.security.Secrets;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.WorkspaceId;
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
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * New passwords for those who forgot theirs, by a link that works for an hour, once, and only until the next one is
 * made. Only the hash of its code is stored.
 *
 * <p>Whoever asks by mail learns nothing: the request is only noted, and whether there is such a member is looked up
 * later, by {@link PasswordResetSchedule}. So the answer takes the same time, because the same is done.
 */
@Service
public class PasswordResets {

    public static final Duration LIFETIME = Duration.ofHours(1);

    static final String KIND = "reset";

    private final Members members;
    private final MemberRepository repository;
    private final Passwords passwords;
    private final PasswordDoor door;
    private final SignInThrottle throttle;
    private final SystemMail mails;
    private final SignInNotices notices;
    private final SchedulerClient scheduler;
    private final AuditTrail audit;
    private final String baseUrl;
    private final JdbcClient jdbc;
    private final Ids ids;
    private final Clock clock;
    private final TransactionTemplate transactions;

    PasswordResets(
            Members members,
            MemberRepository repository,
            Passwords passwords,
            PasswordDoor door,
            SignInThrottle throttle,
            SystemMail mails,
            SignInNotices notices,
            SchedulerClient scheduler,
            AuditTrail audit,
            @Value("${opsdeck.base-url}") String baseUrl,
            JdbcClient jdbc,
            Ids ids,
            Clock clock,
            TransactionTemplate transactions) {
        this.members = members;
        this.repository = repository;
        this.passwords = passwords;
        this.door = door;
        this.throttle = throttle;
        this.mails = mails;
        this.notices = notices;
        this.scheduler = scheduler;
        this.audit = audit;
        this.baseUrl = baseUrl;
        this.jdbc = jdbc;
        this.ids = ids;
        this.clock = clock;
        this.transactions = transactions;
    }

    /** Whether links can be mailed. Else an owner makes one and hands it over. */
    public boolean canMail() {
        return mails.configured();
    }

    /**
     * Asks for a link by mail. Does the same whether somebody has this address or not.
     *
     * @param mail as somebody typed it
     * @param address of whoever asks
     * @return false where he has to wait, since too much was asked for this mail address or from his
     */
    @Transactional
    public boolean request(String mail, String address) {
        String wanted = MailAddress.of(mail).text();
        if (throttle.isBlocked(Door.RESET, wanted, address)) {
            return false;
        }
        throttle.failed(Door.RESET, wanted, address);
        UUID id = ids.next();
        Instant now = clock.instant();
        jdbc.sql("insert into core.password_reset_request (id, mail, asked_at) values (?, ?, ?)")
                .params(id, wanted, Timestamp.from(now))
                .update();
        scheduler.scheduleIfNotExists(PasswordResetSchedule.of(id), now);
        return true;
    }

    /** Mails a link, if a member who can sign in by a password has the address; the second time nothing is left to do. */
    @Transactional(propagation = Propagation.NEVER)
    void answer(UUID request) {
        record Asking(UUID member, WorkspaceId workspace, String language) {}

        Optional<Asking> asking =
                Objects.requireNonNull(CurrentWorkspace.callAsSystem(() -> transactions.execute(status -> jdbc.sql("""
                                select m.id, w.id, coalesce(m.locale, w.locale)
                                from core.password_reset_request r join core.member m on m.mail = r.mail
                                  join core.membership s on s.member_id = m.id
                                  join core.workspace w on w.id = s.workspace_id
                                where r.id = ? and m.disabled_at is null and s.disabled_at is null order by s.created_at limit 1
                                """)
                        .param(request)
                        .query((row, number) -> new Asking(
                                row.getObject(1, UUID.class),
                                new WorkspaceId(row.getObject(2, UUID.class)),
                                row.getString(3)))
                        .optional())));
        boolean answered =
                asking.isPresent() && canMail() && door.isOpenTo(asking.get().member());
        if (!answered) {
            transactions.executeWithoutResult(status -> forget(request));
            return;
        }
        Asking found = asking.get();
        CurrentWorkspace.run(
                found.workspace(),
                () -> transactions.executeWithoutResult(status -> {
                    if (forget(request)) {
                        mail(request, found.member(), Locale.forLanguageTag(found.language()));
                    }
                }));
    }

    private boolean forget(UUID request) {
        return jdbc.sql("delete from core.password_reset_request where id = ?")
                        .param(request)
                        .update()
                == 1;
    }

    private void mail(UUID request, UUID member, Locale language) {
        Member known = repository.findById(member).orElseThrow(CoreError.MEMBER_NOT_FOUND::exception);
        String code = issue(member);
        mails.send(
                "password-reset/" + request,
                new Letter(
                        MailKind.PASSWORD_RESET,
                        MailAddress.of(known.mail()),
                        language,
                        List.of(String.valueOf(LIFETIME.toMinutes())),
                        baseUrl + "/password-resets/" + code));
        audit.record("member.reset_mailed", "member", member.toString(), known.name(), Map.of(), Map.of());
    }

    /**
     * Makes a link for a member of the current workspace, to be handed over by an owner of all his workspaces, and
     * returns its code, the only time it can be read.
     */
    @Transactional(propagation = Propagation.NEVER)
    public String hand(UUID member, UUID by) {
        members.requireOwnerOf(member, by);
        if (!door.isOpenTo(member)) {
            throw CoreError.PASSWORDS_CLOSED.exception();
        }
        return Objects.requireNonNull(transactions.execute(status -> {
            Member known = repository.findById(member).orElseThrow(CoreError.MEMBER_NOT_FOUND::exception);
            String code = issue(member);
            audit.record("member.reset_handed", "member", member.toString(), known.name(), Map.of(), Map.of());
            return code;
        }));
    }

    /** A member has one link at most: a new one takes the place of the one before. */
    private String issue(UUID member) {
        String code = Secrets.next(KIND);
        Instant now = clock.instant();
        jdbc.sql("""
                        insert into core.password_reset (member_id, code_hash, created_at, expires_at) values (?, ?, ?, ?)
                        on conflict (member_id) do update set code_hash = excluded.code_hash,
                          created_at = excluded.created_at, expires_at = excluded.expires_at
                        """)
                .params(member, Secrets.hash(code), Timestamp.from(now), Timestamp.from(now.plus(LIFETIME)))
                .update();
        return code;
    }

    /** The mail address of the member whose password a code may change; empty when it is used, replaced or old. */
    @Transactional(readOnly = true)
    public Optional<String> find(String code) {
        if (!Secrets.isWellFormed(KIND, code)) {
            return Optional.empty();
        }
        return jdbc.sql("""
                        select r.member_id from core.password_reset r join core.member m on m.id = r.member_id
                        where r.code_hash = ? and r.expires_at > ? and m.disabled_at is null
                        """)
                .params(Secrets.hash(code), Timestamp.from(clock.instant()))
                .query(UUID.class)
                .optional()
                .filter(door::isOpenTo)
                .flatMap(repository::findById)
                .map(Member::mail);
    }

    /**
     * Changes the password and ends all sessions of the member. He signs in afterwards, with his second step if he has
     * one. Of two parallel attempts with a code one wins.
     *
     * @param address of whoever does it
     */
    @Transactional(propagation = Propagation.NEVER)
    public UUID complete(String code, String password, String address) {
        String mail = find(code).orElseThrow(CoreError.PASSWORD_RESET_NOT_FOUND::exception);
        passwords.check(password, mail);
        UUID member = repository
                .findByMail(mail)
                .orElseThrow(CoreError.PASSWORD_RESET_NOT_FOUND::exception)
                .id();
        WorkspaceId home = members.home(member).orElseThrow(CoreError.PASSWORD_RESET_NOT_FOUND::exception);
        CurrentWorkspace.run(
                home, () -> transactions.executeWithoutResult(status -> change(member, code, password, address)));
        return member;
    }

    private void change(UUID member, String code, String password, String address) {
        Instant now = clock.instant();
        int taken = jdbc.sql("delete from core.password_reset where member_id = ? and code_hash = ? and expires_at > ?")
                .params(member, Secrets.hash(code), Timestamp.from(now))
                .update();
        Member known = repository.findById(member).orElseThrow(CoreError.MEMBER_NOT_FOUND::exception);
        if (taken == 0 || known.isDisabled()) {
            throw CoreError.PASSWORD_RESET_NOT_FOUND.exception();
        }
        known.changePassword(passwords.hash(password), now);
        throttle.succeeded(Door.PASSWORD, known.mail());
        throttle.succeeded(Door.RESET, known.mail());
        var actor = new Actor(
                Actor.Kind.MEMBER, member, known.name(), Actor.current().requestId(), address);
        Actor.call(actor, () -> {
            audit.record("member.password_reset", "member", member.toString(), known.name(), Map.of(), Map.of());
            notices.send(MailKind.PASSWORD_CHANGED, known);
            return true;
        });
    }
}
