package io.opsdeck.core.job;

import io.opsdeck.core.database.Patience;
import io.opsdeck.core.worker.Worker;
import io.opsdeck.core.workspace.CurrentWorkspace;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Renews the leases of the jobs that this process works at, on a thread of its own: nothing else can hold that up. */
@Component
class JobLeases extends Worker {

    static final int LEASE_SECONDS = 30;

    private static final Duration HEARTBEAT = Duration.ofSeconds(10);

    /** Less than the lease has left when it is renewed. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** Stops among the last, as jobs may take their time to leave. */
    private static final int PHASE = -1;

    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final Map<JobId, Integer> held = new ConcurrentHashMap<>();

    JobLeases(JdbcClient jdbc, TransactionTemplate transactions) {
        super("job-leases", PHASE, PATIENCE);
        this.jdbc = jdbc;
        this.transactions = transactions;
    }

    void hold(JobId id, int attempt) {
        held.put(id, attempt);
    }

    void letGo(JobId id) {
        held.remove(id);
    }

    /** Whether this process works at the job, with or without its lease. */
    boolean isHeld(JobId id) {
        return held.containsKey(id);
    }

    @Override
    protected Duration step() {
        Patience.limit(PATIENCE);
        held.forEach(this::renew);
        return HEARTBEAT;
    }

    @Override
    protected void finish() {
        step();
    }

    private void renew(JobId id, int attempt) {
        CurrentWorkspace.callAsSystem(() -> transactions.execute(
                status -> jdbc.sql("update core.job set lease_until = now() + make_interval(secs => ?)"
                                + " where id = ? and attempt = ? and state = 'RUNNING'")
                        .params(LEASE_SECONDS, id.id(), attempt)
                        .update()));
    }
}
