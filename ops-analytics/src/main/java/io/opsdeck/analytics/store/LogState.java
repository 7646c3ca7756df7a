package io.opsdeck.analytics.store;

import static java.util.Objects.requireNonNull;

import io.opsdeck.analytics.event.LogPosition;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.WorkspaceId;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Whether a database still is the one that a column store was read from: a dump that was restored, or another database
 * at the same address, has another generation, counts its transactions anew, or lacks the event that was read last.
 */
@Component
class LogState {

    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;

    LogState(JdbcClient jdbc, PlatformTransactionManager transactionManager) {
        this.jdbc = jdbc;
        this.transactions = new TransactionTemplate(transactionManager);
        this.transactions.setReadOnly(true);
    }

    /** The event that was read last: transaction, place and message. */
    record Mark(String tx, long seq) {

        static Mark of(String text) {
            String[] parts = text.split(" ");
            return new Mark(parts[0], Long.parseLong(parts[1]));
        }

        static Mark of(LogPosition position) {
            return new Mark(Long.toUnsignedString(position.tx()), position.seq());
        }

        @Override
        public String toString() {
            return tx + " " + seq;
        }
    }

    /** Reads several logs in one transaction: a question waits for them, most often to hear that there is nothing new. */
    <T> T together(WorkspaceId workspace, Supplier<T> reads) {
        return CurrentWorkspace.call(workspace, () -> requireNonNull(transactions.execute(status -> reads.get())));
    }

    /**
     * What waits behind some positions.
     *
     * @param until all transactions before this one have ended
     */
    record News(long until, boolean events, boolean aliases, boolean traits, boolean erasures) {}

    /** Call inside {@link #together}. */
    News news(LogFollower.Cursors behind) {
        return jdbc.sql("select until, events, aliases, traits, erasures from analytics.log_news("
                        + "?::text::xid8, ?, ?::text::xid8, ?, ?::text::xid8, ?, ?::text::xid8, ?)")
                .params(Stream.of(behind.events(), behind.aliases(), behind.traits(), behind.erasures())
                        .flatMap(position -> Stream.<Object>of(Long.toUnsignedString(position.tx()), position.seq()))
                        .toList())
                .query((row, number) -> new News(
                        Long.parseUnsignedLong(row.getString(1)),
                        row.getBoolean(2),
                        row.getBoolean(3),
                        row.getBoolean(4),
                        row.getBoolean(5)))
                .single();
    }

    /** The generation of the logs. */
    String epoch() {
        return CurrentWorkspace.callAsSystem(
                () -> requireNonNull(transactions.execute(status -> jdbc.sql("select id::text from analytics.log_epoch")
                        .query(String.class)
                        .single())));
    }

    /** Whether the database counts beyond {@code position} already. */
    boolean reaches(LogPosition position) {
        return CurrentWorkspace.callAsSystem(() -> requireNonNull(transactions.execute(
                status -> jdbc.sql("select pg_snapshot_xmax(pg_current_snapshot()) > ?::text::xid8")
                        .param(Long.toUnsignedString(position.tx()))
                        .query(Boolean.class)
                        .single())));
    }

    /** Whether the log of the workspace still holds this event. */
    boolean holds(WorkspaceId workspace, Mark mark) {
        return CurrentWorkspace.call(
                workspace,
                () -> requireNonNull(transactions.execute(status -> jdbc.sql(
                                "select exists (select from analytics.event e where e.tx = ?::text::xid8 and e.seq = ?)")
                        .params(mark.tx, mark.seq)
                        .query(Boolean.class)
                        .single())));
    }

    /** The newest event of the workspace up to a position. */
    Optional<Mark> newest(WorkspaceId workspace, LogPosition position) {
        String tx = Long.toUnsignedString(position.tx());
        return CurrentWorkspace.call(
                workspace,
                () -> requireNonNull(transactions.execute(status -> jdbc.sql(
                                "select e.tx::text, e.seq from analytics.event e where e.tx <= ?::text::xid8"
                                        + " and (e.tx, e.seq) <= (?::text::xid8, ?) order by e.tx desc, e.seq desc limit 1")
                        .params(tx, tx, position.seq())
                        .query((row, number) -> new Mark(row.getString(1), row.getLong(2)))
                        .optional())));
    }

    /** How many events the sources of the workspace have taken, for saying how far a store is. */
    long accepted(WorkspaceId workspace) {
        return CurrentWorkspace.call(
                workspace,
                () -> requireNonNull(transactions.execute(
                        status -> jdbc.sql("select coalesce(sum(accepted), 0)::bigint from analytics.source_count")
                                .query(Long.class)
                                .single())));
    }

    /** Those of {@code workspaces} that exist. */
    Set<UUID> existing(Collection<UUID> workspaces) {
        String[] ids = workspaces.stream().map(UUID::toString).toArray(String[]::new);
        return CurrentWorkspace.callAsSystem(() -> requireNonNull(transactions.execute(
                status -> new HashSet<>(jdbc.sql("select id from core.workspace where id = any(?::uuid[])")
                        .param(ids)
                        .query(UUID.class)
                        .list()))));
    }
}
