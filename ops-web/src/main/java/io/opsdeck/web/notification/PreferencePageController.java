package io.opsdeck.web.notification;

import io.opsdeck.core.chat.RobotId;
import io.opsdeck.core.chat.Robots;
import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.mail.SystemMail;
import io.opsdeck.core.notification.MailChoice;
import io.opsdeck.core.notification.NotificationPreferences;
import io.opsdeck.core.notification.NotificationPreferences.DigestTime;
import io.opsdeck.core.notification.NotificationPreferences.Preference;
import io.opsdeck.core.notification.NotificationTexts;
import io.opsdeck.core.security.Permission;
import io.opsdeck.core.workspace.WorkspaceSettings;
import io.opsdeck.web.security.Caller;
import io.opsdeck.web.security.PageController;
import io.opsdeck.web.security.Requires;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.context.MessageSource;
import org.springframework.ui.Model;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** What a member wants to be told, and how. */
@PageController
class PreferencePageController {

    private final NotificationPreferences preferences;
    private final NotificationTexts texts;
    private final SystemMail mails;
    private final Robots robots;
    private final MessageSource messages;

    PreferencePageController(
            NotificationPreferences preferences,
            NotificationTexts texts,
            SystemMail mails,
            Robots robots,
            MessageSource messages) {
        this.preferences = preferences;
        this.texts = texts;
        this.mails = mails;
        this.robots = robots;
        this.messages = messages;
    }

    @GetMapping("/account/notifications")
    @Requires(Permission.WORKSPACE_READ)
    String show(@RequestParam(defaultValue = "") String said, HttpServletRequest request, Locale locale, Model model) {
        UUID me = Caller.require(request).member();
        if (said.equals("saved")) {
            model.addAttribute("toast", messages.getMessage("told.saved", null, locale));
        }
        model.addAttribute("preferences", preferences.list(me));
        model.addAttribute("time", preferences.digestTime(me));
        model.addAttribute("zones", WorkspaceSettings.timeZones());
        model.addAttribute("choices", MailChoice.values());
        model.addAttribute("texts", texts);
        model.addAttribute("mailed", mails.configured());
        model.addAttribute("robots", robots.forMembers());
        model.addAttribute("robot", robots.choice(me).map(RobotId::toString).orElse(""));
        return "notification/preferences";
    }

    @PostMapping("/account/notifications")
    @Requires(Permission.WORKSPACE_READ)
    String change(@RequestParam MultiValueMap<String, String> fields, HttpServletRequest request) {
        UUID me = Caller.require(request).member();
        List<Preference> before = preferences.list(me);
        var form = new PreferenceForm(fields);
        preferences.change(
                me,
                form.preferences(before.stream().map(Preference::kind).collect(Collectors.toSet())),
                DigestTime.of(hour(fields.getFirst("hour")), String.valueOf(fields.getFirst("timeZone"))));
        robots.choose(me, form.robot());
        return "redirect:/account/notifications?said=saved";
    }

    private static int hour(@Nullable String text) {
        if (text == null || !text.matches("[0-9]{1,2}")) {
            throw CoreError.INVALID_VALUE.at("/hour", String.valueOf(text));
        }
        return Integer.parseInt(text);
    }
}
