package io.opsdeck.core.chat;

import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.text.TextHygiene;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What members say of a robot, its secrets aside.
 *
 * @param kinds keys of the notifications that it tells
 * @param forMembers whether members may have their own notifications sent there
 * @param dailyHour null for at once, else the hour of the workspace at which it tells everything in one message
 */
public record RobotSettings(
        String name,
        Platform platform,
        List<String> kinds,
        boolean forMembers,
        @Nullable Integer dailyHour) {

    private static final int LONGEST_NAME = 60;

    public RobotSettings {
        name = TextHygiene.clean(name.strip());
        kinds = kinds.stream().distinct().sorted().toList();
        if (name.isEmpty()) {
            throw CoreError.REQUIRED.at("/name");
        }
        if (name.length() > LONGEST_NAME) {
            throw CoreError.TOO_LONG.at("/name", LONGEST_NAME);
        }
        if (dailyHour != null && (dailyHour < 0 || dailyHour > 23)) {
            throw CoreError.INVALID_VALUE.at("/dailyHour", dailyHour);
        }
    }
}
