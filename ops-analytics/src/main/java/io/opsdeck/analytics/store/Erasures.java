package io.opsdeck.analytics.store;

import static java.util.Objects.requireNonNull;

import io.opsdeck.analytics.event.LogPosition;
import io.opsdeck.analytics.event.PersonId;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.WorkspaceId;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Who is to be forgotten. Column stores follow this log: from the next question on the person counts nowhere, then files
 * and dictionaries are written anew without what only that person had said. Whoever erases a person removes the rows of
 * the event log in the same transaction.
 */
@Service
public class Erasures {

    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final Clock clock;

    Erasures(JdbcClient jdbc, PlatformTransactionManager transactionManager, Clock clock) {
        this.jdbc = jdbc;
        this.transactions = new TransactionTemplate(transactionManager);
        this.transactions.setReadOnly(true);
        this.clock = clock;
    }

    /** Notes a person of the current workspace and all that were merged into it; removes what is known of them. */
    @Transactional
    public void record(PersonId person) {
        UUID workspace = CurrentWorkspace.require().id();
        jdbc.sql("""
                        insert into analytics.erasure (workspace_id, person_id, at)
                        select ?, id, ? from analytics.person where id = ? or merged_into = ?
                        """)
                .params(workspace, Timestamp.from(clock.instant()), person.id(), person.id())
                .update();
        jdbc.sql("delete from analytics.person_traits where person_id in"
                        + " (select id from analytics.person where id = ? or merged_into = ?)")
                .params(person.id(), person.id())
                .update();
    }

    record Row(LogPosition position, UUID person) {}

    /** The next ones within a workspace behind {@code after}, at most {@code limit}. */
    List<Row> follow(WorkspaceId workspace, LogPosition after, int limit) {
        String tx = Long.toUnsignedString(after.tx());
        return CurrentWorkspace.call(
                workspace,
                () -> requireNonNull(transactions.execute(status -> jdbc.sql("""
                        select e.tx::text, e.seq, e.person_id from analytics.erasure e
                        where e.tx >= ?::text::xid8 and (e.tx, e.seq) > (?::text::xid8, ?)
                          and e.tx < pg_snapshot_xmin(pg_current_snapshot())
                        order by e.tx, e.seq limit ?
                        """)
                        .params(tx, tx, after.seq(), limit)
                        .query((row, number) -> new Row(
                                new LogPosition(Long.parseUnsignedLong(row.getString(1)), row.getLong(2)),
                                row.getObject(3, UUID.class)))
                        .list())));
    }
}
