package io.opsdeck.web.job;

import io.opsdeck.core.job.Jobs.JobView;
import java.util.Optional;

/** Where a feature shows what its jobs did. */
public interface JobTarget {

    /** The address of the page behind a job, or empty when it is not one of the feature's. */
    Optional<String> page(JobView job);

    /** The address, below {@code /api/v1}, of the rows that the job could not take; empty when there is none. */
    default Optional<String> errors(JobView job) {
        return Optional.empty();
    }

    /** The address, below {@code /api/v1}, of the file that the job made; empty when there is none. */
    default Optional<String> file(JobView job) {
        return Optional.empty();
    }
}
