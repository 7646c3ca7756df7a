package io.opsdeck.core.member;

import io.opsdeck.core.audit.AuditTrail;
import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.mail.MailKind;
import io.opsdeck.core.member.SignInThrottle.Door;
import java.time.Clock;
import java.util.Map;
import java.util.UUID;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

/** Members change their own password by typing the old one, which is throttled like a sign-in. */
@Service
public class PasswordChange {

    private final MemberRepository repository;
    private final Passwords passwords;
    private final PasswordDoor door;
    private final SignInThrottle throttle;
    private final SignInNotices notices;
    private final AuditTrail audit;
    private final Clock clock;
    private final TransactionTemplate transactions;

    PasswordChange(
            MemberRepository repository,
            Passwords passwords,
            PasswordDoor door,
            SignInThrottle throttle,
            SignInNotices notices,
            AuditTrail audit,
            Clock clock,
            TransactionTemplate transactions) {
        this.repository = repository;
        this.passwords = passwords;
        this.door = door;
        this.throttle = throttle;
        this.notices = notices;
        this.audit = audit;
        this.clock = clock;
        this.transactions = transactions;
    }

    /** Whether the member has a password that opens something; whoever came by a provider has none. */
    @Transactional(readOnly = true)
    public boolean isPossible(UUID member) {
        return require(member).hasPassword() && door.isOpenTo(member);
    }

    /**
     * Takes the new password and ends all sessions of the member, the one that asks for it too.
     *
     * @param address of whoever does it
     */
    @Transactional(propagation = Propagation.NEVER)
    public void change(UUID member, String current, String password, String address) {
        Member known = require(member);
        if (!door.isOpenTo(member)) {
            throw CoreError.PASSWORDS_CLOSED.exception();
        }
        prove(known, current, address);
        passwords.check(password, known.mail());
        transactions.executeWithoutResult(status -> {
            Member changed = require(member);
            changed.changePassword(passwords.hash(password), clock.instant());
            audit.record("member.password_changed", "member", member.toString(), changed.name(), Map.of(), Map.of());
            notices.send(MailKind.PASSWORD_CHANGED, changed);
        });
    }

    /** Each of these is a transaction of its own, so that what is refused stays counted. */
    private void prove(Member known, String current, String address) {
        if (throttle.isBlocked(Door.PASSWORD, known.mail(), address)) {
            throw CoreError.TOO_MANY_ATTEMPTS.exception();
        }
        if (!passwords.matches(current, known.passwordHash())) {
            throttle.failed(Door.PASSWORD, known.mail(), address);
            throw CoreError.PASSWORD_WRONG.at("/current");
        }
        throttle.succeeded(Door.PASSWORD, known.mail());
    }

    private Member require(UUID member) {
        return repository.findById(member).orElseThrow(CoreError.MEMBER_NOT_FOUND::exception);
    }
}
