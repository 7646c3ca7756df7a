package io.opsdeck.core.testing;

import io.opsdeck.core.id.Ids;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.WorkspaceId;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** Makes workspaces without members. */
public final class TestWorkspaces {

    private TestWorkspaces() {}

    public static WorkspaceId create(JdbcClient jdbc, TransactionTemplate transactions, Ids ids) {
        var id = new WorkspaceId(ids.next());
        CurrentWorkspace.run(
                id,
                () -> transactions.executeWithoutResult(status -> jdbc.sql(
                                "insert into core.workspace (id, name, time_zone, week_start, currency, locale, created_at)"
                                        + " values (?, 'W', 'Asia/Shanghai', 'MONDAY', 'CNY', 'zh-CN', now())")
                        .param(id.id())
                        .update()));
        return id;
    }
}
