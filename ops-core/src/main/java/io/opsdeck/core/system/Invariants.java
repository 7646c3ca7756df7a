package io.opsdeck.core.system;

import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.exceptions.TaskInstanceCurrentlyExecutingException;
import io.opsdeck.core.workspace.CurrentWorkspace;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Looks whether everything that must hold does, over all workspaces and without changing anything, and keeps the answers. */
@Component
public class Invariants {

    private static final Logger log = LoggerFactory.getLogger(Invariants.class);

    private final JdbcClient jdbc;
    private final TransactionTemplate reading;
    private final TransactionTemplate writing;
    /** Comes later: it runs what this bean has to offer. */
    private final ObjectProvider<SchedulerClient> scheduler;

    private final Clock clock;
    private final List<Invariant> all;

    Invariants(
            JdbcClient jdbc,
            PlatformTransactionManager transactions,
            ObjectProvider<SchedulerClient> scheduler,
            Clock clock) {
        this.jdbc = jdbc;
        this.reading = new TransactionTemplate(transactions);
        this.reading.setReadOnly(true);
        this.writing = new TransactionTemplate(transactions);
        this.scheduler = scheduler;
        this.clock = clock;
        this.all = InvariantLook.known();
    }

    /** All that is looked at. */
    public List<Invariant> all() {
        return all;
    }

    public List<InvariantResult> check() {
        var look = new InvariantLook(jdbc, reading, clock);
        return CurrentWorkspace.callAsSystem(() -> {
            List<InvariantResult> results = all.stream().map(look::at).toList();
            writing.executeWithoutResult(status -> keep(results));
            return results;
        });
    }

    /** Has them looked at soon, by any node; while one is at it, nothing changes. */
    public void checkSoon() {
        try {
            scheduler.getObject().reschedule(InvariantSchedule.INSTANCE, clock.instant());
        } catch (TaskInstanceCurrentlyExecutingException e) {
            log.debug("the invariants are being looked at", e);
        }
    }

    /** What the last look at each found. */
    public List<InvariantResult> results() {
        return read(() -> jdbc.sql(
                        "select key, checked_at, violations, sample, millis from core.invariant_result order by key")
                .query(Invariants::result)
                .list());
    }

    private void keep(List<InvariantResult> results) {
        jdbc.sql("delete from core.invariant_result").update();
        results.forEach(
                result -> jdbc.sql("insert into core.invariant_result (key, checked_at, violations, sample, millis)"
                                + " values (?, ?, ?, ?, ?) on conflict do nothing")
                        .param(result.key())
                        .param(Timestamp.from(result.at()))
                        .param(result.violations())
                        .param(result.sample())
                        .param(result.millis())
                        .update());
    }

    private static InvariantResult result(ResultSet row, int number) throws SQLException {
        return new InvariantResult(
                row.getString(1),
                row.getTimestamp(2).toInstant(),
                row.getObject(3, Long.class),
                row.getString(4),
                row.getLong(5));
    }

    private <T> T read(Supplier<T> work) {
        return CurrentWorkspace.callAsSystem(() -> Objects.requireNonNull(reading.execute(status -> work.get())));
    }
}
