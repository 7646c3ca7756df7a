package io.opsdeck.core.job;

import java.util.UUID;

/** Names a schedule. */
public record ScheduleId(UUID id) {

    /** Reads an id; anything else is a schedule that does not exist. */
    public static ScheduleId of(String id) {
        try {
            return new ScheduleId(UUID.fromString(id));
        } catch (IllegalArgumentException e) {
            throw JobError.SCHEDULE_NOT_FOUND.exception(e);
        }
    }

    @Override
    public String toString() {
        return id.toString();
    }
}
