package io.opsdeck.core.notification;

import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.WorkspaceId;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Looks for API tokens that end soon and for those that nobody uses, and tells their owners once. Tokens of the whole
 * installation belong to no inbox.
 */
@Component
class TokenNotices {

    private static final Duration EARLY = Duration.ofDays(14);
    private static final Duration LATE = Duration.ofDays(3);
    private static final Duration UNUSED = Duration.ofDays(90);

    private final Notifications notifications;
    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final Clock clock;

    TokenNotices(Notifications notifications, JdbcClient jdbc, TransactionTemplate transactions, Clock clock) {
        this.notifications = notifications;
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.clock = clock;
    }

    private record Token(
            UUID id,
            WorkspaceId workspace,
            UUID owner,
            String name,
            @Nullable Instant expiresAt,
            ZoneId zone) {}

    void look() {
        Instant now = clock.instant();
        found("t.expires_at > ? and t.expires_at <= ?", now, now.plus(EARLY)).forEach(token -> expires(token, now));
        found(
                        "coalesce(t.last_used_at, t.created_at) < ? and (t.expires_at is null or t.expires_at > ?)",
                        now.minus(UNUSED),
                        now)
                .forEach(this::unused);
    }

    private List<Token> found(String condition, Instant first, Instant second) {
        return CurrentWorkspace.callAsSystem(() -> Objects.requireNonNull(transactions.execute(status -> jdbc.sql(
                        "select t.id, t.workspace_id, t.member_id, t.name, t.expires_at, w.time_zone"
                                + " from core.api_token t join core.workspace w on w.id = t.workspace_id"
                                + " where t.revoked_at is null and " + condition + " order by t.workspace_id, t.id")
                .params(Timestamp.from(first), Timestamp.from(second))
                .query((row, number) -> new Token(
                        row.getObject(1, UUID.class),
                        new WorkspaceId(row.getObject(2, UUID.class)),
                        row.getObject(3, UUID.class),
                        row.getString(4),
                        row.getTimestamp(5) == null ? null : row.getTimestamp(5).toInstant(),
                        ZoneId.of(row.getString(6))))
                .list())));
    }

    private void expires(Token token, Instant now) {
        Instant end = Objects.requireNonNull(token.expiresAt());
        boolean late = !end.isAfter(now.plus(LATE));
        String day = LocalDate.ofInstant(end, token.zone()).toString();
        tell(
                token,
                new Notice(
                        PlatformKinds.TOKEN_EXPIRING,
                        "token/" + token.id() + (late ? "/late" : "/early"),
                        List.of(Notice.name(token.name()), day),
                        "/tokens"));
    }

    private void unused(Token token) {
        tell(
                token,
                new Notice(
                        PlatformKinds.TOKEN_UNUSED,
                        "token/" + token.id(),
                        List.of(Notice.name(token.name()), String.valueOf(UNUSED.toDays())),
                        "/tokens"));
    }

    private void tell(Token token, Notice notice) {
        CurrentWorkspace.run(
                token.workspace(),
                () -> transactions.executeWithoutResult(
                        status -> notifications.tellOnce(notice, Audience.member(token.owner(), Reason.OWNER))));
    }
}
