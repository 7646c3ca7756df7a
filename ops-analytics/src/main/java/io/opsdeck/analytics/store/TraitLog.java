package io.opsdeck.analytics.store;

import static java.util.Objects.requireNonNull;

import io.opsdeck.analytics.event.LogPosition;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.WorkspaceId;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What is known of persons, as the column stores of all nodes follow it. Whoever keeps profiles writes here in the
 * transaction of the change.
 */
@Service
public class TraitLog {

    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;

    TraitLog(JdbcClient jdbc, PlatformTransactionManager transactionManager) {
        this.jdbc = jdbc;
        this.transactions = new TransactionTemplate(transactionManager);
        this.transactions.setReadOnly(true);
    }

    /**
     * All that is known of a person now.
     *
     * @param traits a JSON object
     * @param internal whether the person is a member of the team or a test profile
     */
    public record Known(UUID person, WorkspaceId workspace, String traits, boolean internal) {}

    /** Replaces what was known of these persons, in the transaction of the caller. */
    public void write(List<Known> persons) {
        if (persons.isEmpty()) {
            return;
        }
        jdbc.sql("""
                        insert into analytics.person_traits (person_id, workspace_id, tx, seq, traits, internal)
                        select n.person, n.workspace, pg_current_xact_id(), nextval('analytics.person_traits_seq'), n.traits,
                          n.internal
                        from unnest(?::uuid[], ?::uuid[], ?::jsonb[], ?::boolean[]) n (person, workspace, traits, internal)
                        on conflict (person_id) do update set tx = excluded.tx, seq = excluded.seq, traits = excluded.traits,
                          internal = excluded.internal
                        """)
                .param(persons.stream().map(known -> known.person.toString()).toArray(String[]::new))
                .param(persons.stream()
                        .map(known -> known.workspace.id().toString())
                        .toArray(String[]::new))
                .param(persons.stream().map(Known::traits).toArray(String[]::new))
                .param(persons.stream().map(Known::internal).toArray(Boolean[]::new))
                .update();
    }

    /** Removes what is known of persons that were merged into others or erased, in the transaction of the caller. */
    public void remove(Collection<UUID> persons) {
        jdbc.sql("delete from analytics.person_traits where person_id = any(?::uuid[])")
                .param(persons.stream().map(UUID::toString).toArray(String[]::new))
                .update();
    }

    record Row(LogPosition position, UUID person, String traits, boolean internal) {}

    /** The next changes within a workspace behind {@code after}, at most {@code limit}; fewer are the end for now. */
    List<Row> follow(WorkspaceId workspace, LogPosition after, int limit) {
        String tx = Long.toUnsignedString(after.tx());
        return CurrentWorkspace.call(
                workspace,
                () -> requireNonNull(transactions.execute(status -> jdbc.sql("""
                        select e.tx::text, e.seq, e.person_id, e.traits::text, e.internal from analytics.person_traits e
                        where e.tx >= ?::text::xid8 and (e.tx, e.seq) > (?::text::xid8, ?)
                          and e.tx < pg_snapshot_xmin(pg_current_snapshot())
                        order by e.tx, e.seq limit ?
                        """)
                        .params(tx, tx, after.seq(), limit)
                        .query((row, number) -> new Row(
                                new LogPosition(Long.parseUnsignedLong(row.getString(1)), row.getLong(2)),
                                row.getObject(3, UUID.class),
                                row.getString(4),
                                row.getBoolean(5)))
                        .list())));
    }
}
