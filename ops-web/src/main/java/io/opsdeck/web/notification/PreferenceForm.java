package io.opsdeck.web.notification;

import io.opsdeck.core.chat.RobotId;
import io.opsdeck.core.notification.MailChoice;
import io.opsdeck.core.notification.NotificationPreferences.Preference;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.util.MultiValueMap;

/**
 * The matrix of what a member is told: {@code kind} names the rows that were on the page, {@code inbox} those that are
 * ticked, {@code mail.<kind>} when one is mailed, {@code robot} those that a robot tells.
 */
record PreferenceForm(MultiValueMap<String, String> fields) {

    /** The rows of kinds that there are. */
    List<Preference> preferences(Set<String> known) {
        List<String> inbox = fields.getOrDefault("inbox", List.of());
        List<String> robot = fields.getOrDefault("robot", List.of());
        return fields.getOrDefault("kind", List.of()).stream()
                .filter(known::contains)
                .map(kind -> new Preference(kind, !inbox.contains(kind), mail(kind), robot.contains(kind)))
                .toList();
    }

    /** The robot that he chose, or null. */
    @Nullable
    RobotId robot() {
        String chosen = fields.getFirst("by");
        return chosen == null || chosen.isEmpty() ? null : RobotId.of(chosen);
    }

    private MailChoice mail(String kind) {
        String choice = fields.getFirst("mail." + kind);
        return choice == null ? MailChoice.NEVER : MailChoice.of(choice);
    }
}
