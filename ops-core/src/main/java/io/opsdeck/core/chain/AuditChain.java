package io.opsdeck.core.chain;

import io.opsdeck.core.chain.ChainFault.Kind;
import io.opsdeck.core.job.JobId;
import io.opsdeck.core.job.Jobs;
import io.opsdeck.core.job.Jobs.JobView;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** The chain over the audit trail of the current workspace. */
@Service
@Transactional(readOnly = true)
public class AuditChain {

    private final JdbcClient jdbc;
    private final Jobs jobs;

    AuditChain(JdbcClient jdbc, Jobs jobs) {
        this.jdbc = jdbc;
        this.jobs = jobs;
    }

    /**
     * The chain as it stands.
     *
     * @param linkedAt when the last entry was linked
     * @param waiting entries that are not linked yet
     * @param check what the last walk found, null before the first
     */
    public record ChainStatus(
            ChainHead head,
            @Nullable Instant linkedAt,
            long waiting,
            @Nullable ChainCheck check) {}

    public ChainStatus status() {
        long waiting = jdbc.sql("select count(*) from core.audit_pending")
                .query(Long.class)
                .single();
        ChainCheck check = jdbc.sql("select checked_at, position, fault, fault_position, fault_entry, millis"
                        + " from core.audit_check")
                .query(AuditChain::check)
                .optional()
                .orElse(null);
        return jdbc.sql("select position, encode(hash, 'hex'), linked_at from core.audit_chain")
                .query((row, number) -> new ChainStatus(
                        new ChainHead(row.getLong(1), row.getString(2)),
                        Optional.ofNullable(row.getTimestamp(3))
                                .map(Timestamp::toInstant)
                                .orElse(null),
                        waiting,
                        check))
                .optional()
                .orElseGet(() -> new ChainStatus(ChainHead.NONE, null, waiting, check));
    }

    /** Has the chain verified in the background; while that runs, asking again leads to the same job. */
    @Transactional
    public JobId startCheck() {
        return jobs.open().stream()
                .filter(job -> job.kind().equals(ChainCheckJob.KIND))
                .map(JobView::id)
                .findFirst()
                .orElseGet(() -> jobs.start(ChainCheckJob.KIND, "", Map.of()));
    }

    private static ChainCheck check(ResultSet row, int number) throws SQLException {
        String fault = row.getString(3);
        return new ChainCheck(
                row.getTimestamp(1).toInstant(),
                row.getLong(2),
                fault == null
                        ? null
                        : new ChainFault(
                                Kind.valueOf(fault), row.getObject(4, Long.class), row.getObject(5, UUID.class)),
                row.getLong(6));
    }
}
