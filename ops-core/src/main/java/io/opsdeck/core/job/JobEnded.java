package io.opsdeck.core.job;

import io.opsdeck.core.audit.Actor;

/**
 * A job ended; published in the transaction that ends it, in its workspace.
 *
 * @param subject what it was about
 * @param state succeeded, failed or cancelled
 * @param startedBy who started it
 */
public record JobEnded(JobId id, String kind, String subject, JobState state, Actor startedBy) {}
