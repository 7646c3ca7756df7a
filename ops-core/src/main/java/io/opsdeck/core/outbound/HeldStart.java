package io.opsdeck.core.outbound;

import io.opsdeck.core.outbound.Freezes.Scope;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.WorkspaceId;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Freezes every workspace before the first worker looks, where the installation is to start with everything held back:
 * after a restore the ledger may list what has long left. Members look at the list and lift the freeze.
 */
@Component
public class HeldStart implements SmartInitializingSingleton {

    private static final Logger log = LoggerFactory.getLogger(HeldStart.class);
    private static final String SETTING = "OPSDECK_OUTBOUND_HELD";

    private final boolean held;
    private final Freezes freezes;
    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;

    HeldStart(
            @Value("${opsdeck.outbound.held}") boolean held,
            Freezes freezes,
            JdbcClient jdbc,
            TransactionTemplate transactions) {
        this.held = held;
        this.freezes = freezes;
        this.jdbc = jdbc;
        this.transactions = transactions;
    }

    @Override
    public void afterSingletonsInstantiated() {
        if (held) {
            freezeAll(SETTING);
        }
    }

    /** Freezes each workspace that is not frozen as a whole. */
    public void freezeAll(String reason) {
        List<WorkspaceId> workspaces =
                CurrentWorkspace.callAsSystem(() -> Objects.requireNonNull(transactions.execute(status -> jdbc.sql("""
                                select id from core.workspace w where not exists (select from core.outbound_freeze f
                                  where f.workspace_id = w.id and f.kind is null and f.lifted_at is null)
                                """)
                        .query((row, number) -> new WorkspaceId(row.getObject(1, UUID.class)))
                        .list())));
        workspaces.forEach(
                workspace -> CurrentWorkspace.call(workspace, () -> freezes.freeze(Scope.everything(), reason)));
        log.warn("Nothing leaves: outbound is held in {} more workspaces: {}", workspaces.size(), reason);
    }
}
