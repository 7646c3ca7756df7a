package io.opsdeck.core.member;

import io.opsdeck.core.audit.Actor;
import io.opsdeck.core.audit.AuditTrail;
import io.opsdeck.core.text.TextHygiene;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.WorkspaceId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Records sign-ins, and those that failed, in the audit trails of all workspaces of the member. One with an address that
 * nobody has is in none: there is no workspace that it concerns.
 */
@Component
public class SignInTrail {

    private static final String NOBODY = "–";

    private final AuditTrail audit;
    private final MemberRepository repository;
    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;

    SignInTrail(AuditTrail audit, MemberRepository repository, JdbcClient jdbc, TransactionTemplate transactions) {
        this.audit = audit;
        this.repository = repository;
        this.jdbc = jdbc;
        this.transactions = transactions;
    }

    private record Known(UUID id, String name, List<WorkspaceId> workspaces) {}

    public void succeeded(UUID member, @Nullable String requestId, String address) {
        byId(member)
                .ifPresent(known -> record(
                        "sign_in.succeeded",
                        known,
                        new Actor(Actor.Kind.MEMBER, member, known.name(), requestId, address)));
    }

    /** A wrong password; {@code mail} as it was typed. */
    public void passwordFailed(String mail, @Nullable String requestId, String address) {
        String typed = TextHygiene.clean(mail.strip().toLowerCase(Locale.ROOT));
        asSystem(() -> repository.findByMail(typed).map(this::known))
                .ifPresent(known -> record("sign_in.failed", known, nobody(requestId, address)));
    }

    /** The right password and a wrong code. */
    public void codeFailed(UUID member, @Nullable String requestId, String address) {
        byId(member).ifPresent(known -> record("sign_in.code_failed", known, nobody(requestId, address)));
    }

    private Optional<Known> byId(UUID member) {
        return asSystem(() -> repository.findById(member).map(this::known));
    }

    private Known known(Member member) {
        return new Known(
                member.id(),
                member.name(),
                jdbc.sql("select workspace_id from core.membership where member_id = ? order by created_at")
                        .param(member.id())
                        .query((row, number) -> new WorkspaceId(Objects.requireNonNull(row.getObject(1, UUID.class))))
                        .list());
    }

    private void record(String action, Known known, Actor actor) {
        for (WorkspaceId workspace : known.workspaces()) {
            CurrentWorkspace.run(
                    workspace,
                    () -> Actor.call(
                            actor,
                            () -> transactions.execute(status -> {
                                audit.record(action, "member", known.id().toString(), known.name(), Map.of(), Map.of());
                                return true;
                            })));
        }
    }

    private static Actor nobody(@Nullable String requestId, String address) {
        return new Actor(Actor.Kind.SYSTEM, null, NOBODY, requestId, address);
    }

    private Optional<Known> asSystem(Supplier<Optional<Known>> look) {
        return CurrentWorkspace.callAsSystem(() -> Objects.requireNonNull(transactions.execute(status -> look.get())));
    }
}
