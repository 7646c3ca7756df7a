package io.opsdeck.core.system;

import io.opsdeck.core.workspace.CurrentWorkspace;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What the database knows about the installation as a whole: numbers over all workspaces, and nothing out of them. */
@Component
public class Installation {

    private static final int MOST_TABLES = 10;
    private static final int MOST_JOBS = 10;

    private final JdbcClient jdbc;
    private final TransactionTemplate reading;

    Installation(JdbcClient jdbc, PlatformTransactionManager transactions) {
        this.jdbc = jdbc;
        this.reading = new TransactionTemplate(transactions);
        this.reading.setReadOnly(true);
    }

    /** The server and the size of everything in it. */
    public record Database(String version, long bytes, int connections, Instant startedAt) {}

    /** A table with its indexes, partitions taken together. */
    public record TableSize(String name, long bytes) {}

    /** Jobs or deliveries of a kind that wait: how many, and since when the oldest could have begun. */
    public record Queue(
            String kind,
            long waiting,
            long running,
            @Nullable Instant oldest) {}

    /** A job that took long, or still does. */
    public record SlowJob(String kind, String state, Instant startedAt, long seconds) {}

    public Database database() {
        return read(() -> jdbc.sql("""
                        select current_setting('server_version'), pg_database_size(current_database()),
                          (select count(*) from pg_stat_activity where datname = current_database()), pg_postmaster_start_time()
                        """)
                .query((row, number) -> new Database(
                        row.getString(1),
                        row.getLong(2),
                        row.getInt(3),
                        row.getTimestamp(4).toInstant()))
                .single());
    }

    public List<TableSize> largestTables() {
        return read(() -> jdbc.sql("""
                        select name, sum(bytes)::bigint from (
                          select n.nspname || '.' || coalesce(p.relname, c.relname) as name, pg_total_relation_size(c.oid) as bytes
                          from pg_class c join pg_namespace n on n.oid = c.relnamespace
                            left join pg_inherits i on i.inhrelid = c.oid left join pg_class p on p.oid = i.inhparent
                          where c.relkind = 'r' and n.nspname in ('core', 'analytics', 'users', 'content', 'campaign')) t
                        group by name order by 2 desc, name limit ?
                        """)
                .param(MOST_TABLES)
                .query((row, number) -> new TableSize(row.getString(1), row.getLong(2)))
                .list());
    }

    public List<Queue> jobs() {
        return read(() -> jdbc.sql("""
                        select kind, count(*) filter (where state = 'WAITING'), count(*) filter (where state = 'RUNNING'),
                          min(created_at) filter (where state = 'WAITING')
                        from core.job where state in ('WAITING', 'RUNNING') group by kind order by kind
                        """).query(Installation::queue).list());
    }

    public List<Queue> deliveries() {
        return read(() -> jdbc.sql("""
                        select kind, count(*) filter (where state in ('PLANNED', 'DEFERRED')),
                          count(*) filter (where state in ('CLAIMED', 'ATTEMPTING')),
                          min(due_at) filter (where state in ('PLANNED', 'DEFERRED') and due_at <= now())
                        from core.outbound where state in ('PLANNED', 'DEFERRED', 'CLAIMED', 'ATTEMPTING') group by kind order by kind
                        """).query(Installation::queue).list());
    }

    /** The slowest of the last week, without what they were about. */
    public List<SlowJob> slowJobs() {
        return read(() -> jdbc.sql("""
                        select kind, state, started_at, extract(epoch from coalesce(finished_at, now()) - started_at)::bigint as seconds
                        from core.job where started_at > now() - interval '7 days' order by seconds desc, id limit ?
                        """)
                .param(MOST_JOBS)
                .query((row, number) -> new SlowJob(
                        row.getString(1), row.getString(2), row.getTimestamp(3).toInstant(), row.getLong(4)))
                .list());
    }

    /** Chains of audit trails: how many there are, how many are broken, and the oldest last verification. */
    public record Chains(long chains, long broken, @Nullable Instant verifiedSince) {}

    public Chains chains() {
        return read(() -> jdbc.sql("""
                        select count(*), count(*) filter (where k.fault is not null),
                          case when bool_and(k.checked_at is not null) then min(k.checked_at) end
                        from core.audit_chain c left join core.audit_check k on k.workspace_id = c.workspace_id
                        """)
                .query((row, number) -> new Chains(row.getLong(1), row.getLong(2), instant(row.getTimestamp(3))))
                .single());
    }

    private static Queue queue(java.sql.ResultSet row, int number) throws java.sql.SQLException {
        return new Queue(row.getString(1), row.getLong(2), row.getLong(3), instant(row.getTimestamp(4)));
    }

    private static @Nullable Instant instant(@Nullable Timestamp time) {
        return Optional.ofNullable(time).map(Timestamp::toInstant).orElse(null);
    }

    private <T> T read(Supplier<T> work) {
        return CurrentWorkspace.callAsSystem(() -> Objects.requireNonNull(reading.execute(status -> work.get())));
    }
}
