package io.opsdeck.core.job;

import org.jspecify.annotations.Nullable;

/** Does the work of one kind of job. */
public interface JobHandler {

    /** Such as {@code event.import}; its text is {@code job.kind.<kind>}. */
    String kind();

    /**
     * Runs in the job's workspace and in the name of who started it, outside of a transaction. It works in pieces and
     * calls {@link JobRun#checkpoint} after each; after a crash it is called again with the last cursor, and whatever
     * it did behind that cursor must change nothing the second time.
     *
     * @return what is shown as result, written as JSON, or null
     * @throws io.opsdeck.core.error.OpsdeckException ends the job with that reason, except where the reason passes
     *     (busy or unavailable): then, and on any other exception, it is tried again later
     */
    @Nullable
    Object run(JobRun run) throws Exception;
}
