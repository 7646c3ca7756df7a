package io.opsdeck.core.job;

/** Starts the jobs of one kind of schedule. */
public interface ScheduledWork {

    /** Such as {@code export}; its text is {@code job.kind.<kind>}. */
    String kind();

    /**
     * Starts a job in the current transaction, workspace and name.
     *
     * @param parameters JSON, as the schedule was made with
     */
    JobId start(String parameters);
}
