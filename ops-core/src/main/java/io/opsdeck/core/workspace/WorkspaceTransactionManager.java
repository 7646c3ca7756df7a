package io.opsdeck.core.workspace;

import static java.util.Objects.requireNonNull;

import jakarta.persistence.EntityManagerFactory;
import java.sql.SQLException;
import java.util.UUID;
import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Tells PostgreSQL at the start of each transaction in which workspace it acts, on the very connection that JPA and
 * JDBC will use. One round trip per transaction; the setting ends with the transaction.
 */
class WorkspaceTransactionManager extends JpaTransactionManager {

    WorkspaceTransactionManager(EntityManagerFactory entityManagerFactory) {
        super(entityManagerFactory);
    }

    @Override
    protected void doBegin(Object transaction, TransactionDefinition definition) {
        super.doBegin(transaction, definition);
        try {
            enter(CurrentWorkspace.tenant());
        } catch (SQLException | RuntimeException e) {
            abandon(transaction, e);
            throw new CannotCreateTransactionException("the workspace could not be set", e);
        }
    }

    /** Where the connection broke the rollback fails as well, and must not hide why. */
    private void abandon(Object transaction, Exception because) {
        try {
            doRollback(new DefaultTransactionStatus(null, transaction, true, true, false, false, false, null));
        } catch (RuntimeException e) {
            because.addSuppressed(e);
        } finally {
            doCleanupAfterCompletion(transaction);
        }
    }

    private void enter(UUID tenant) throws SQLException {
        if (tenant.equals(CurrentWorkspace.NONE)) {
            return;
        }
        boolean system = tenant.equals(CurrentWorkspace.SYSTEM);
        var holder = (ConnectionHolder)
                requireNonNull(TransactionSynchronizationManager.getResource(requireNonNull(getDataSource())));
        try (var statement = holder.getConnection().prepareStatement("select set_config(?, ?, true)")) {
            statement.setString(1, system ? "role" : "opsdeck.workspace");
            statement.setString(2, system ? "opsdeck_system" : tenant.toString());
            statement.execute();
        }
    }
}
