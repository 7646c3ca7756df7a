package io.opsdeck.core.chain;

import io.opsdeck.core.chain.ChainWalk.Place;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.WorkspaceId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Verifies the chains of all workspaces, and notes their heads in the log, which is kept elsewhere. */
@Component
public class ChainPatrol {

    private static final Logger log = LoggerFactory.getLogger(ChainPatrol.class);

    private final ChainVerifier verifier;
    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;

    ChainPatrol(ChainVerifier verifier, JdbcClient jdbc, TransactionTemplate transactions) {
        this.verifier = verifier;
        this.jdbc = jdbc;
        this.transactions = transactions;
    }

    /**
     * A chain that could not be read does not keep the others from being verified; its failure is thrown in the end.
     *
     * @param known heads that were noted at some time, such as in the log, by workspace
     */
    public Map<WorkspaceId, ChainCheck> verifyAll(Map<WorkspaceId, List<ChainHead>> known) {
        Map<WorkspaceId, ChainCheck> checks = new LinkedHashMap<>();
        RuntimeException failure = null;
        for (WorkspaceId workspace : workspaces()) {
            List<ChainHead> heads = known.getOrDefault(workspace, List.of());
            try {
                checks.put(workspace, CurrentWorkspace.call(workspace, () -> verify(workspace, heads)));
            } catch (RuntimeException e) {
                log.warn(
                        "audit chain of {} could not be verified: {}",
                        workspace,
                        e.getClass().getName());
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
        return checks;
    }

    private ChainCheck verify(WorkspaceId workspace, List<ChainHead> known) {
        ChainCheck check = verifier.verify(Place.START, known, place -> {});
        ChainFault fault = check.fault();
        if (fault == null) {
            log.info("audit chain of {} is intact, head {}", workspace, verifier.head());
        } else {
            log.error(
                    "audit chain of {} is broken: {} at {}, entry {}",
                    workspace,
                    fault.kind(),
                    fault.position(),
                    fault.entry());
        }
        return check;
    }

    /** Also those whose chain is gone as a whole, which their entries then tell. */
    private List<WorkspaceId> workspaces() {
        return CurrentWorkspace.callAsSystem(() -> Objects.requireNonNull(transactions.execute(
                status -> jdbc.sql("select id from core.workspace order by id")
                        .query((row, number) -> new WorkspaceId(row.getObject(1, UUID.class)))
                        .list())));
    }
}
