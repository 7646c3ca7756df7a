package io.opsdeck.core.workspace;

import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * The workspace in which the current thread acts. A transaction takes it when it begins; outside of a workspace a
 * transaction sees no rows. The system scope sees every workspace and is used by a few named packages only.
 */
public final class CurrentWorkspace {

    /** What {@code @TenantId} holds for the system scope; never a real id. */
    static final UUID SYSTEM = new UUID(0, 1);

    /** What {@code @TenantId} holds where no workspace is set; no row has it. */
    static final UUID NONE = new UUID(0, 0);

    private static final ThreadLocal<@Nullable UUID> CURRENT = new ThreadLocal<>();

    private CurrentWorkspace() {}

    /** Runs {@code work} in {@code workspace}. Must be called before a transaction begins. */
    public static <T extends @Nullable Object> T call(WorkspaceId workspace, Supplier<T> work) {
        return within(workspace.id(), work);
    }

    public static void run(WorkspaceId workspace, Runnable work) {
        within(workspace.id(), () -> {
            work.run();
            return true;
        });
    }

    /** Runs {@code work} across all workspaces. Must be called before a transaction begins. */
    public static <T extends @Nullable Object> T callAsSystem(Supplier<T> work) {
        return within(SYSTEM, work);
    }

    public static Optional<WorkspaceId> find() {
        UUID id = CURRENT.get();
        return id == null || id.equals(SYSTEM) ? Optional.empty() : Optional.of(new WorkspaceId(id));
    }

    public static WorkspaceId require() {
        return find().orElseThrow(() -> new IllegalStateException("no workspace is set on this thread"));
    }

    static UUID tenant() {
        UUID id = CURRENT.get();
        return id == null ? NONE : id;
    }

    private static <T extends @Nullable Object> T within(UUID id, Supplier<T> work) {
        if (!id.equals(CURRENT.get()) && TransactionSynchronizationManager.isActualTransactionActive()) {
            throw new IllegalStateException("the workspace cannot change inside a transaction");
        }
        return callInTransaction(id, work);
    }

    /** For whoever tells the database of the transaction himself. */
    static <T extends @Nullable Object> T callInTransaction(UUID id, Supplier<T> work) {
        UUID before = CURRENT.get();
        CURRENT.set(id);
        try {
            return work.get();
        } finally {
            if (before == null) {
                CURRENT.remove();
            } else {
                CURRENT.set(before);
            }
        }
    }
}
