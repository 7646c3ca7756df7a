package io.opsdeck.web.chat;

import io.opsdeck.core.chat.Platform;
import io.opsdeck.core.chat.RobotSettings;
import io.opsdeck.core.error.CoreError;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The form of a robot; fields that were not sent are empty. Address and secret are never given back.
 *
 * @param forMembers {@code true} where it is ticked
 * @param dailyHour a number, or empty for at once
 */
record RobotForm(
        String name,
        String platform,
        String address,
        String secret,
        List<String> kinds,
        String forMembers,
        String dailyHour) {

    RobotForm {
        name = Objects.requireNonNullElse(name, "");
        platform = Objects.requireNonNullElse(platform, "");
        address = Objects.requireNonNullElse(address, "");
        secret = Objects.requireNonNullElse(secret, "");
        kinds = Objects.requireNonNullElse(kinds, List.of());
        forMembers = Objects.requireNonNullElse(forMembers, "");
        dailyHour = Objects.requireNonNullElse(dailyHour, "");
    }

    static RobotForm fresh() {
        return new RobotForm("", Platform.FEISHU.key(), "", "", List.of(), "", "");
    }

    static RobotForm of(RobotSettings settings) {
        return new RobotForm(
                settings.name(),
                settings.platform().key(),
                "",
                "",
                settings.kinds(),
                String.valueOf(settings.forMembers()),
                settings.dailyHour() == null ? "" : String.valueOf(settings.dailyHour()));
    }

    RobotSettings settings() {
        return new RobotSettings(name, Platform.of(platform), kinds, forMembers.equals("true"), hour());
    }

    private @Nullable Integer hour() {
        if (dailyHour.isEmpty()) {
            return null;
        }
        if (!dailyHour.matches("[0-9]{1,2}")) {
            throw CoreError.INVALID_VALUE.at("/dailyHour", dailyHour);
        }
        return Integer.valueOf(dailyHour);
    }
}
