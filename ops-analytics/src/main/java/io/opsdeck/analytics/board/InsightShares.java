package io.opsdeck.analytics.board;

import io.opsdeck.core.audit.Actor;
import io.opsdeck.core.audit.AuditTrail;
import io.opsdeck.core.id.Ids;
import io.opsdeck.core.security.Secrets;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.WorkspaceId;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

/** Links that show the answer of one insight to whoever has them, until they are revoked. */
@Service
public class InsightShares {

    private static final String KIND = "share";

    private final JdbcClient jdbc;
    private final SavedInsights insights;
    private final TransactionTemplate transactions;
    private final AuditTrail audit;
    private final Ids ids;
    private final Clock clock;

    InsightShares(
            JdbcClient jdbc,
            SavedInsights insights,
            TransactionTemplate transactions,
            AuditTrail audit,
            Ids ids,
            Clock clock) {
        this.jdbc = jdbc;
        this.insights = insights;
        this.transactions = transactions;
        this.audit = audit;
        this.ids = ids;
        this.clock = clock;
    }

    /** A link as those who may revoke it see it; nobody can read its secret any more. */
    public record Share(UUID id, String createdBy, Instant createdAt) {}

    /** What a link leads to. */
    public record Shared(WorkspaceId workspace, InsightId insight) {}

    /** The links of an insight that work. */
    @Transactional(readOnly = true)
    public List<Share> list(InsightId insight) {
        return jdbc.sql("select id, created_by, created_at from analytics.insight_share"
                        + " where insight_id = ? and revoked_at is null order by created_at")
                .param(insight.value())
                .query((row, number) -> new Share(
                        row.getObject(1, UUID.class),
                        row.getString(2),
                        row.getTimestamp(3).toInstant()))
                .list();
    }

    /** Makes a link and hands out its secret, which is not kept. */
    @Transactional
    public String create(InsightId insight) {
        SavedInsight shown = insights.require(insight);
        String secret = Secrets.next(KIND);
        UUID id = ids.next();
        jdbc.sql("""
                        insert into analytics.insight_share (id, workspace_id, insight_id, token_hash, created_by, created_at)
                        values (?, core.current_workspace(), ?, ?, ?, ?)
                        """)
                .param(id)
                .param(insight.value())
                .param(Secrets.hash(secret))
                .param(Actor.current().name())
                .param(Timestamp.from(clock.instant()))
                .update();
        audit.record("insight.shared", "insight", insight.toString(), shown.name(), Map.of(), Map.of("share", id));
        return secret;
    }

    /** From now on the link leads nowhere. */
    @Transactional
    public void revoke(InsightId insight, UUID share) {
        SavedInsight shown = insights.require(insight);
        int changed = jdbc.sql("update analytics.insight_share set revoked_at = ?"
                        + " where id = ? and insight_id = ? and revoked_at is null")
                .params(Timestamp.from(clock.instant()), share, insight.value())
                .update();
        if (changed == 0) {
            throw BoardError.SHARE_NOT_FOUND.exception();
        }
        audit.record("insight.unshared", "insight", insight.toString(), shown.name(), Map.of("share", share), Map.of());
    }

    /** What a secret leads to. Runs in the system scope, since the workspace is not known yet. */
    public Optional<Shared> find(String secret) {
        if (!Secrets.isWellFormed(KIND, secret)) {
            return Optional.empty();
        }
        return Objects.requireNonNull(CurrentWorkspace.callAsSystem(() -> transactions.execute(status -> jdbc.sql("""
                        select s.workspace_id, s.insight_id from analytics.insight_share s
                        join analytics.saved_insight i on i.id = s.insight_id and i.deleted_at is null
                        where s.token_hash = ? and s.revoked_at is null
                        """)
                .param(Secrets.hash(secret))
                .query((row, number) -> new Shared(
                        new WorkspaceId(row.getObject(1, UUID.class)), new InsightId(row.getObject(2, UUID.class))))
                .optional())));
    }
}
