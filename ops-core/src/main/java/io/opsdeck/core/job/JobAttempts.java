package io.opsdeck.core.job;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** What became of each attempt at a job. */
@Component
class JobAttempts {

    private final JdbcClient jdbc;

    JobAttempts(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Notes a claim; what an attempt before it left open is lost. */
    @Transactional(propagation = Propagation.MANDATORY)
    public void begin(JobId job, int number, Instant now) {
        jdbc.sql("update core.job_attempt set outcome = 'LOST', ended_at = ? where job_id = ? and outcome is null")
                .params(Timestamp.from(now), job.id())
                .update();
        jdbc.sql("insert into core.job_attempt (job_id, number, workspace_id, begun_at)"
                        + " select id, ?, workspace_id, ? from core.job where id = ?")
                .params(number, Timestamp.from(now), job.id())
                .update();
    }

    /** @param errorDetail the technical message behind an unexpected failure */
    @Transactional(propagation = Propagation.MANDATORY)
    public void end(
            JobId job,
            int number,
            JobOutcome outcome,
            @Nullable String errorCode,
            @Nullable String errorDetail,
            Instant now) {
        jdbc.sql("update core.job_attempt set outcome = ?, error_code = ?, error_detail = ?, ended_at = ?"
                        + " where job_id = ? and number = ? and outcome is null")
                .param(outcome.name())
                .param(errorCode)
                .param(errorDetail)
                .param(Timestamp.from(now))
                .param(job.id())
                .param(number)
                .update();
    }

    /** The last ones, newest first. */
    List<Jobs.AttemptView> list(JobId job, int most) {
        return jdbc.sql("""
                        select number, begun_at, ended_at, outcome, error_code, error_detail from core.job_attempt
                        where job_id = ? order by number desc limit ?
                        """)
                .params(job.id(), most)
                .query((row, number) -> new Jobs.AttemptView(
                        row.getInt(1),
                        row.getTimestamp(2).toInstant(),
                        row.getTimestamp(3) == null ? null : row.getTimestamp(3).toInstant(),
                        row.getString(4) == null ? null : JobOutcome.valueOf(row.getString(4)),
                        row.getString(5),
                        row.getString(6)))
                .list();
    }
}
