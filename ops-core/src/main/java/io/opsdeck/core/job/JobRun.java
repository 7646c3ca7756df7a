package io.opsdeck.core.job;

import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/** One attempt at a job, for its handler. Used by the handler's thread alone. */
public final class JobRun {

    private final JobId id;
    private final int attempt;
    private final String parameters;
    private final @Nullable String cursor;
    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final JsonMapper json;
    private final BooleanSupplier stopping;

    JobRun(
            JobId id,
            int attempt,
            String parameters,
            @Nullable String cursor,
            JdbcClient jdbc,
            TransactionTemplate transactions,
            JsonMapper json,
            BooleanSupplier stopping) {
        this.id = id;
        this.attempt = attempt;
        this.parameters = parameters;
        this.cursor = cursor;
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.json = json;
        this.stopping = stopping;
    }

    public JobId id() {
        return id;
    }

    /** What the job was started with. */
    public <P> P parameters(Class<P> type) {
        return json.readValue(parameters, type);
    }

    /** Where the last attempt came to, or empty at the first. */
    public <C> Optional<C> cursor(Class<C> type) {
        return Optional.ofNullable(cursor).map(text -> json.readValue(text, type));
    }

    /** Says how much there is to do, in the unit of {@code done}. */
    public void total(long total) {
        transactions.executeWithoutResult(status ->
                own(jdbc.sql("update core.job set total = ? where id = ? and attempt = ? and state = 'RUNNING'")
                        .params(total, id.id(), attempt)
                        .update()));
    }

    /**
     * Shows the progress of a job that cannot go on from the middle: after a crash it begins anew. Throws as
     * {@link #checkpoint(Object, long, Runnable)} does.
     */
    public void progress(long done) {
        Boolean cancelled = transactions.execute(status -> jdbc.sql("""
                        update core.job set done = ?, lease_until = now() + make_interval(secs => ?)
                        where id = ? and attempt = ? and state = 'RUNNING' returning cancel_requested
                        """)
                .params(done, JobLeases.LEASE_SECONDS, id.id(), attempt)
                .query(Boolean.class)
                .optional()
                .orElseThrow(() -> new JobStop(JobStop.Reason.LOST)));
        leave(Boolean.TRUE.equals(cancelled));
    }

    /** Saves the progress; see {@link #checkpoint(Object, long, Runnable)}. */
    public void checkpoint(Object cursor, long done) {
        checkpoint(cursor, done, () -> {});
    }

    /**
     * Saves, in one transaction, how far the job has come and what {@code alongside} writes. Where the job was
     * cancelled, taken over or the process ends, this throws, and the handler lets it pass: nothing is saved when it
     * was taken over, everything otherwise.
     */
    public void checkpoint(Object cursor, long done, Runnable alongside) {
        Boolean cancelled = transactions.execute(status -> {
            boolean asked = jdbc.sql("""
                            update core.job set cursor = ?, done = ?, failures = 0,
                              lease_until = now() + make_interval(secs => ?)
                            where id = ? and attempt = ? and state = 'RUNNING' returning cancel_requested
                            """)
                    .params(json.writeValueAsString(cursor), done, JobLeases.LEASE_SECONDS, id.id(), attempt)
                    .query(Boolean.class)
                    .optional()
                    .orElseThrow(() -> new JobStop(JobStop.Reason.LOST));
            alongside.run();
            return asked;
        });
        leave(Boolean.TRUE.equals(cancelled));
    }

    private void leave(boolean cancelled) {
        if (cancelled) {
            throw new JobStop(JobStop.Reason.CANCELLED);
        }
        if (stopping.getAsBoolean()) {
            throw new JobStop(JobStop.Reason.SHUTDOWN);
        }
    }

    private static void own(int rows) {
        if (rows == 0) {
            throw new JobStop(JobStop.Reason.LOST);
        }
    }
}
