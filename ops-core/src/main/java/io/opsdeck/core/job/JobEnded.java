package io.opsdeck.core.job;

import io.opsdeck.core.audit.Actor;
import java.util.List;
import java.util.UUID;

/**
 * A job ended; published in the transaction that ends it, in its workspace.
 *
 * @param subject what it was about
 * @param state succeeded, failed or cancelled
 * @param startedBy who started it
 * @param mailed the members who asked for a mail about this job, and get it
 */
public record JobEnded(JobId id, String kind, String subject, JobState state, Actor startedBy, List<UUID> mailed) {

    public JobEnded {
        mailed = List.copyOf(mailed);
    }
}
