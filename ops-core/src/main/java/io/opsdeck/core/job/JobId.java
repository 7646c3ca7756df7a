package io.opsdeck.core.job;

import java.util.UUID;

/** Names a job. */
public record JobId(UUID id) {

    /** Reads an id; anything else is a job that does not exist. */
    public static JobId of(String id) {
        try {
            return new JobId(UUID.fromString(id));
        } catch (IllegalArgumentException e) {
            throw JobError.JOB_NOT_FOUND.exception();
        }
    }

    @Override
    public String toString() {
        return id.toString();
    }
}
