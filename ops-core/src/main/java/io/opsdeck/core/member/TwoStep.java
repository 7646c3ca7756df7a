package io.opsdeck.core.member;

import io.opsdeck.core.audit.Actor;
import io.opsdeck.core.audit.AuditTrail;
import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.error.OpsdeckException;
import io.opsdeck.core.mail.MailKind;
import io.opsdeck.core.member.SignInThrottle.Door;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.WorkspaceId;
import io.opsdeck.core.workspace.Workspaces;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Two-step sign-in: after the password a code of an authenticator app (RFC 6238), or one of ten recovery codes. Each
 * code counts once. Wrong codes and passwords are throttled like those at sign-in.
 */
@Service
@Transactional(readOnly = true)
public class TwoStep {

    /** How long after the password the code may come. */
    public static final Duration PATIENCE = Duration.ofMinutes(10);

    private final Members members;
    private final MemberRepository repository;
    private final Passwords passwords;
    private final SecondSteps steps;
    private final SignInThrottle throttle;
    private final SignInNotices notices;
    private final Workspaces workspaces;
    private final AuditTrail audit;
    private final JdbcClient jdbc;
    private final Clock clock;
    private final TransactionTemplate transactions;
    private final boolean requiredOfAll;

    TwoStep(
            Members members,
            MemberRepository repository,
            Passwords passwords,
            SecondSteps steps,
            SignInThrottle throttle,
            SignInNotices notices,
            Workspaces workspaces,
            AuditTrail audit,
            JdbcClient jdbc,
            Clock clock,
            TransactionTemplate transactions,
            @Value("${opsdeck.two-step.required}") boolean requiredOfAll) {
        this.members = members;
        this.repository = repository;
        this.passwords = passwords;
        this.steps = steps;
        this.throttle = throttle;
        this.notices = notices;
        this.workspaces = workspaces;
        this.audit = audit;
        this.jdbc = jdbc;
        this.clock = clock;
        this.transactions = transactions;
        this.requiredOfAll = requiredOfAll;
    }

    public boolean isOn(UUID member) {
        return steps.isOn(member);
    }

    /** How it stands with a member, seen from the current workspace. */
    public Standing standing(UUID member) {
        return new Standing(steps.since(member).orElse(null), steps.codesLeft(member), isRequired());
    }

    /** Whether the current workspace, or the whole installation, lets in only members with two-step sign-in. */
    public boolean isRequired() {
        return requiredOfAll || isRequiredHere();
    }

    /** Whether the current workspace asks for it by itself. */
    public boolean isRequiredHere() {
        return jdbc.sql("select exists (select from core.two_step_requirement)")
                .query(Boolean.class)
                .single();
    }

    /** Whether it cannot be left to workspaces, since the installation requires it. */
    public boolean isRequiredOfAll() {
        return requiredOfAll;
    }

    /** From the next request on the current workspace lets in only members with two-step sign-in, or all of them. */
    @Transactional
    public void require(boolean required) {
        WorkspaceId workspace = CurrentWorkspace.require();
        int changed = required
                ? jdbc.sql("""
                        insert into core.two_step_requirement (workspace_id, since)
                        values (core.current_workspace(), ?) on conflict do nothing
                        """).param(Timestamp.from(clock.instant())).update()
                : jdbc.sql("delete from core.two_step_requirement").update();
        if (changed > 0) {
            audit.record(
                    "workspace.two_step_changed",
                    "workspace",
                    workspace.toString(),
                    workspaces.require(workspace).settings().name(),
                    Map.of("required", !required),
                    Map.of("required", required));
        }
    }

    /** Makes a key for the member's app; one that he never confirmed is replaced. */
    @Transactional
    public Enrolment begin(UUID member) {
        TotpKey key = TotpKey.fresh();
        if (!steps.begin(member, key)) {
            throw CoreError.TWO_STEP_IS_ON.exception();
        }
        return enrolment(member, key);
    }

    /** The key that waits for its first code. */
    public Optional<Enrolment> pending(UUID member) {
        return steps.pending(member).map(key -> enrolment(member, key));
    }

    /**
     * Turns two-step sign-in on with the first code of the app and returns the recovery codes, the only time they can be
     * read.
     *
     * @param address of whoever tries
     */
    @Transactional(propagation = Propagation.NEVER)
    public List<String> confirm(UUID member, String password, String code, String address) {
        if (steps.isOn(member)) {
            throw CoreError.TWO_STEP_IS_ON.exception();
        }
        return proven(member, password, address, () -> steps.confirm(member, code), known -> {
            audit.record("member.two_step_enabled", "member", member.toString(), known.name(), Map.of(), Map.of());
            notices.send(MailKind.TWO_STEP_ON, known);
            return renew(member);
        });
    }

    /** Ten new recovery codes in place of the old ones. */
    @Transactional(propagation = Propagation.NEVER)
    public List<String> renewCodes(UUID member, String password, String code, String address) {
        requireOn(member);
        return proven(member, password, address, () -> uses(member, code), known -> {
            audit.record(
                    "member.recovery_codes_renewed", "member", member.toString(), known.name(), Map.of(), Map.of());
            notices.send(MailKind.RECOVERY_CODES, known);
            return renew(member);
        });
    }

    /** Turns two-step sign-in off. */
    @Transactional(propagation = Propagation.NEVER)
    public void disable(UUID member, String password, String code, String address) {
        requireOn(member);
        proven(member, password, address, () -> uses(member, code), known -> {
            steps.remove(member);
            audit.record("member.two_step_disabled", "member", member.toString(), known.name(), Map.of(), Map.of());
            notices.send(MailKind.TWO_STEP_OFF, known);
            return true;
        });
    }

    /** Takes the second step from a member who lost phone and recovery codes; for owners of all his workspaces. */
    @Transactional(propagation = Propagation.NEVER)
    public void reset(UUID member, UUID by) {
        members.requireOwnerOf(member, by);
        transactions.executeWithoutResult(status -> {
            if (!steps.remove(member)) {
                throw CoreError.TWO_STEP_IS_OFF.exception();
            }
            Member known = repository.findById(member).orElseThrow(CoreError.MEMBER_NOT_FOUND::exception);
            audit.record("member.two_step_reset", "member", member.toString(), known.name(), Map.of(), Map.of());
            notices.send(MailKind.TWO_STEP_OFF, known);
        });
    }

    /**
     * The second step itself, for a member whose password was right at {@code passwordAt}. A change of the password or
     * the end of his sessions in between ends the attempt.
     */
    @Transactional(propagation = Propagation.NEVER)
    public SignIn signIn(UUID member, Instant passwordAt, String code, String address) {
        Optional<WorkspaceId> home = members.home(member);
        if (home.isEmpty() || !clock.instant().isBefore(passwordAt.plus(PATIENCE))) {
            return new SignIn(SignIn.Outcome.REFUSED, null);
        }
        return CurrentWorkspace.call(
                home.get(),
                () -> Objects.requireNonNull(
                        transactions.execute(status -> answer(member, passwordAt, code, address))));
    }

    private SignIn answer(UUID member, Instant passwordAt, String code, String address) {
        steps.lock(member);
        if (throttle.isBlocked(Door.CODE, member.toString(), address)) {
            return new SignIn(SignIn.Outcome.THROTTLED, null);
        }
        Optional<Member> known = repository.findById(member).filter(found -> found.accepts(passwordAt));
        SecondSteps.Code used = known.isEmpty() ? SecondSteps.Code.WRONG : steps.use(member, code);
        if (used == SecondSteps.Code.WRONG) {
            throttle.failed(Door.CODE, member.toString(), address);
            return new SignIn(SignIn.Outcome.REFUSED, null);
        }
        throttle.succeeded(Door.CODE, member.toString());
        Member found = known.orElseThrow();
        if (used == SecondSteps.Code.RECOVERY) {
            var actor = new Actor(
                    Actor.Kind.MEMBER, member, found.name(), Actor.current().requestId(), address);
            Actor.call(actor, () -> {
                recordUsed(found);
                return true;
            });
        }
        found.seen(clock.instant());
        return new SignIn(SignIn.Outcome.SUCCEEDED, member);
    }

    private void recordUsed(Member member) {
        audit.record(
                "member.recovery_code_used",
                "member",
                member.id().toString(),
                member.name(),
                Map.of(),
                Map.of("codesLeft", steps.codesLeft(member.id())));
        notices.send(MailKind.RECOVERY_CODE_USED, member);
    }

    private boolean uses(UUID member, String code) {
        return steps.use(member, code) != SecondSteps.Code.WRONG;
    }

    private void requireOn(UUID member) {
        if (!steps.isOn(member)) {
            throw CoreError.TWO_STEP_IS_OFF.exception();
        }
    }

    private List<String> renew(UUID member) {
        return steps.renewCodes(member).stream().map(RecoveryCode::text).toList();
    }

    /** Does {@code work} for a member who knows his password and shows a code; whatever is wrong is counted. */
    private <T> T proven(UUID member, String password, String address, BooleanSupplier code, Function<Member, T> work) {
        Attempt<T> attempt = Objects.requireNonNull(transactions.execute(status -> {
            steps.lock(member);
            if (throttle.isBlocked(Door.CODE, member.toString(), address)) {
                return Attempt.refused(CoreError.TOO_MANY_ATTEMPTS.exception());
            }
            Member known = repository.findById(member).orElseThrow(CoreError.MEMBER_NOT_FOUND::exception);
            if (!passwords.matches(password, known.passwordHash())) {
                throttle.failed(Door.CODE, member.toString(), address);
                return Attempt.refused(CoreError.PASSWORD_WRONG.at("/password"));
            }
            if (!code.getAsBoolean()) {
                throttle.failed(Door.CODE, member.toString(), address);
                return Attempt.refused(CoreError.CODE_WRONG.at("/code"));
            }
            throttle.succeeded(Door.CODE, member.toString());
            return new Attempt<>(null, work.apply(known));
        }));
        if (attempt.refusal() != null) {
            throw attempt.refusal();
        }
        return Objects.requireNonNull(attempt.result());
    }

    private Enrolment enrolment(UUID member, TotpKey key) {
        Member known = repository.findById(member).orElseThrow(CoreError.MEMBER_NOT_FOUND::exception);
        return new Enrolment(key.base32(), key.uri(known.mail()));
    }

    /** A refusal is thrown after the transaction that counted it. */
    private record Attempt<T>(
            @Nullable OpsdeckException refusal, @Nullable T result) {

        static <T> Attempt<T> refused(OpsdeckException refusal) {
            return new Attempt<>(refusal, null);
        }
    }

    /**
     * What an authenticator app needs.
     *
     * @param key in Base32, to be typed
     * @param uri {@code otpauth://…}, to be scanned or opened
     */
    public record Enrolment(String key, String uri) {}

    /**
     * How it stands with a member.
     *
     * @param since when he turned two-step sign-in on, or null
     * @param required whether the workspace or the installation asks for it
     */
    public record Standing(@Nullable Instant since, int codesLeft, boolean required) {

        public boolean isOn() {
            return since != null;
        }
    }
}
