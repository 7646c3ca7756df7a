package io.opsdeck.core.testing;

import io.opsdeck.core.id.Ids;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.WorkspaceId;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** Makes workspaces without members, and members. */
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

    /** A new member of a workspace, known as Member by {@code <id>@example.com}. */
    public static UUID join(
            JdbcClient jdbc, TransactionTemplate transactions, Ids ids, WorkspaceId workspace, String role) {
        UUID member = ids.next();
        CurrentWorkspace.run(
                workspace,
                () -> transactions.executeWithoutResult(status -> {
                    jdbc.sql("insert into core.member (id, mail, name, password_hash, sessions_after, created_at)"
                                    + " values (?, ?, 'Member', '-', now(), now())")
                            .params(member, member + "@example.com")
                            .update();
                    jdbc.sql("insert into core.membership (workspace_id, member_id, role, created_at)"
                                    + " values (core.current_workspace(), ?, ?, now())")
                            .params(member, role)
                            .update();
                }));
        return member;
    }
}
