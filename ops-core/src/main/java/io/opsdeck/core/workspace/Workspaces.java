package io.opsdeck.core.workspace;

import io.opsdeck.core.audit.AuditTrail;
import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.id.Ids;
import java.time.Clock;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import org.springframework.dao.PessimisticLockingFailureException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The workspaces of this installation. */
@Service
@Transactional(readOnly = true)
public class Workspaces {

    private static final int MOST_ATTEMPTS = 5;

    private final WorkspaceRepository repository;
    private final AuditTrail audit;
    private final JdbcClient jdbc;
    private final Ids ids;
    private final Clock clock;
    private final TransactionTemplate transactions;

    Workspaces(
            WorkspaceRepository repository,
            AuditTrail audit,
            JdbcClient jdbc,
            Ids ids,
            Clock clock,
            TransactionTemplate transactions) {
        this.repository = repository;
        this.audit = audit;
        this.jdbc = jdbc;
        this.ids = ids;
        this.clock = clock;
        this.transactions = transactions;
    }

    /**
     * Creates a workspace and, in the same transaction and inside of it, whatever {@code alongside} adds, such as its
     * owner. A transaction of the caller acts in the new workspace meanwhile and in its own again afterwards.
     */
    @Transactional(propagation = Propagation.SUPPORTS)
    public WorkspaceView create(WorkspaceSettings settings, Consumer<WorkspaceId> alongside) {
        var id = new WorkspaceId(ids.next());
        if (!TransactionSynchronizationManager.isActualTransactionActive()) {
            return CurrentWorkspace.call(
                    id, () -> Objects.requireNonNull(transactions.execute(status -> create(id, settings, alongside))));
        }
        UUID before = CurrentWorkspace.tenant();
        return CurrentWorkspace.callInTransaction(id.id(), () -> {
            enter(id.id());
            WorkspaceView made = create(id, settings, alongside);
            enter(before);
            return made;
        });
    }

    private WorkspaceView create(WorkspaceId id, WorkspaceSettings settings, Consumer<WorkspaceId> alongside) {
        var workspace = new Workspace(id.id(), settings, clock.instant());
        repository.saveAndFlush(workspace);
        alongside.accept(id);
        audit.record("workspace.created", "workspace", id.toString(), settings.name(), Map.of(), workspace.facts());
        return workspace.view();
    }

    private void enter(UUID tenant) {
        jdbc.sql("select set_config('opsdeck.workspace', ?, true)")
                .param(tenant.toString())
                .query(String.class)
                .single();
    }

    public WorkspaceView require(WorkspaceId id) {
        return repository.findById(id.id()).map(Workspace::view).orElseThrow(CoreError.WORKSPACE_NOT_FOUND::exception);
    }

    /** Those of {@code among} that exist, by name. */
    public List<WorkspaceView> list(Collection<WorkspaceId> among) {
        return repository.findAllById(among.stream().map(WorkspaceId::id).toList()).stream()
                .map(Workspace::view)
                .sorted(Comparator.comparing(view -> view.settings().name()))
                .toList();
    }

    /** Changes the current workspace. */
    @Transactional
    public WorkspaceView change(WorkspaceSettings settings) {
        WorkspaceId id = CurrentWorkspace.require();
        Workspace workspace = repository.findById(id.id()).orElseThrow(CoreError.WORKSPACE_NOT_FOUND::exception);
        Map<String, String> before = workspace.facts();
        workspace.apply(settings);
        Map<String, String> after = workspace.facts();
        if (!after.equals(before)) {
            audit.record("workspace.changed", "workspace", id.toString(), settings.name(), before, after);
        }
        return workspace.view();
    }

    /**
     * Removes the current workspace with everything in it, for ever. Other nodes may use what they remember of it for a
     * minute, which then finds no row. Who writes into it at the same moment may win a deadlock; then this tries again.
     */
    @Transactional(propagation = Propagation.NEVER)
    public void deleteCurrent() {
        CurrentWorkspace.require();
        for (int attempt = 1; ; attempt++) {
            try {
                transactions.executeWithoutResult(status -> jdbc.sql("select core.delete_current_workspace()")
                        .query((row, number) -> 0)
                        .list());
                return;
            } catch (PessimisticLockingFailureException e) {
                if (attempt == MOST_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }
}
