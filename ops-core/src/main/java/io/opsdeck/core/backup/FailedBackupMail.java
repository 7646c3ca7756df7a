package io.opsdeck.core.backup;

import io.opsdeck.core.mail.Letter;
import io.opsdeck.core.mail.MailAddress;
import io.opsdeck.core.mail.MailKind;
import io.opsdeck.core.mail.SystemMail;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.WorkspaceId;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Tells each owner once that a backup failed, from the oldest of his workspaces. */
@Component
class FailedBackupMail {

    private final SystemMail mails;
    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final String baseUrl;

    FailedBackupMail(
            SystemMail mails,
            JdbcClient jdbc,
            TransactionTemplate transactions,
            @Value("${opsdeck.base-url}") String baseUrl) {
        this.mails = mails;
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.baseUrl = baseUrl;
    }

    private record Owner(WorkspaceId workspace, String mail, String language) {}

    void send(UUID run, String why) {
        for (Owner owner : owners()) {
            CurrentWorkspace.run(
                    owner.workspace(),
                    () -> transactions.executeWithoutResult(status -> mails.send(
                            "backup/" + run + "/" + owner.mail(),
                            new Letter(
                                    MailKind.BACKUP_FAILED,
                                    MailAddress.of(owner.mail()),
                                    Locale.forLanguageTag(owner.language()),
                                    List.of(why),
                                    baseUrl))));
        }
    }

    private List<Owner> owners() {
        return CurrentWorkspace.callAsSystem(() -> Objects.requireNonNull(transactions.execute(status -> jdbc.sql("""
                        select distinct on (m.id) w.id, m.mail, coalesce(m.locale, w.locale)
                        from core.membership s join core.member m on m.id = s.member_id
                        join core.workspace w on w.id = s.workspace_id
                        where s.role = 'owner' and m.disabled_at is null
                        order by m.id, w.created_at
                        """)
                .query((row, number) ->
                        new Owner(new WorkspaceId(row.getObject(1, UUID.class)), row.getString(2), row.getString(3)))
                .list())));
    }
}
