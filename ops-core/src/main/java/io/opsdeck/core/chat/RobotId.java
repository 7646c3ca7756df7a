package io.opsdeck.core.chat;

import java.util.UUID;

/** Names a robot. */
public record RobotId(UUID id) {

    /** Reads an id; anything else is a robot that does not exist. */
    public static RobotId of(String id) {
        try {
            return new RobotId(UUID.fromString(id));
        } catch (IllegalArgumentException e) {
            throw ChatError.ROBOT_NOT_FOUND.exception(e);
        }
    }

    @Override
    public String toString() {
        return id.toString();
    }
}
