package io.opsdeck.web.chat;

import io.opsdeck.core.chat.Platform;
import io.opsdeck.core.chat.RobotId;
import io.opsdeck.core.chat.Robots;
import io.opsdeck.core.chat.Robots.RobotView;
import io.opsdeck.core.notification.NotificationTexts;
import io.opsdeck.core.notification.Notifications;
import io.opsdeck.core.security.Permission;
import io.opsdeck.web.security.Caller;
import io.opsdeck.web.security.PageController;
import io.opsdeck.web.security.Requires;
import io.opsdeck.web.ui.Html;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.context.MessageSource;
import org.springframework.ui.Model;
import org.springframework.validation.BindingResult;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Which robots tell what in which group, and whether they get through. */
@PageController
class RobotPageController {

    private static final Set<String> SAID = Set.of("created", "saved", "tested", "enabled", "disabled", "removed");

    private final Robots robots;
    private final Notifications notifications;
    private final NotificationTexts texts;
    private final MessageSource messages;
    private final Html html;

    RobotPageController(
            Robots robots, Notifications notifications, NotificationTexts texts, MessageSource messages, Html html) {
        this.robots = robots;
        this.notifications = notifications;
        this.texts = texts;
        this.messages = messages;
        this.html = html;
    }

    @GetMapping("/robots")
    @Requires(Permission.ROBOT_MANAGE)
    String list(@RequestParam(defaultValue = "") String said, HttpServletRequest request, Locale locale, Model model) {
        say(said, locale, model);
        model.addAttribute("robots", robots.list());
        model.addAttribute("maySeeSent", Caller.require(request).may(Permission.OUTBOUND_READ));
        return "chat/list";
    }

    @GetMapping("/robots/new")
    @Requires(Permission.ROBOT_MANAGE)
    String fresh(Locale locale, Model model) {
        model.addAttribute("form", RobotForm.fresh());
        return form(model, null, locale);
    }

    @PostMapping("/robots")
    @Requires(Permission.ROBOT_MANAGE)
    String create(
            @ModelAttribute("form") RobotForm form,
            BindingResult errors,
            HttpServletResponse response,
            Locale locale,
            Model model) {
        Optional<RobotId> made =
                html.submit(errors, locale, () -> robots.create(form.settings(), form.address(), form.secret()));
        if (made.isPresent()) {
            return "redirect:/robots/" + made.get() + "?said=created";
        }
        response.setStatus(422);
        return form(model, null, locale);
    }

    @GetMapping("/robots/{id}")
    @Requires(Permission.ROBOT_MANAGE)
    String one(
            @PathVariable String id,
            @RequestParam(defaultValue = "") String said,
            HttpServletRequest request,
            Locale locale,
            Model model) {
        RobotView robot = robots.require(RobotId.of(id));
        say(said, locale, model);
        model.addAttribute("form", RobotForm.of(robot.settings()));
        model.addAttribute("maySeeSent", Caller.require(request).may(Permission.OUTBOUND_READ));
        return form(model, robot, locale);
    }

    @PostMapping("/robots/{id}")
    @Requires(Permission.ROBOT_MANAGE)
    String change(
            @PathVariable String id,
            @ModelAttribute("form") RobotForm form,
            BindingResult errors,
            HttpServletResponse response,
            Locale locale,
            Model model) {
        RobotView robot = robots.require(RobotId.of(id));
        Optional<RobotId> changed = html.submit(errors, locale, () -> {
            robots.change(robot.id(), form.settings(), form.address(), form.secret());
            return robot.id();
        });
        if (changed.isPresent()) {
            return "redirect:/robots/" + id + "?said=saved";
        }
        response.setStatus(422);
        return form(model, robot, locale);
    }

    @PostMapping("/robots/{id}/test")
    @Requires(Permission.ROBOT_MANAGE)
    String test(@PathVariable String id) {
        robots.test(RobotId.of(id));
        return "redirect:/robots/" + id + "?said=tested";
    }

    @PostMapping("/robots/{id}/enable")
    @Requires(Permission.ROBOT_MANAGE)
    String enable(@PathVariable String id) {
        robots.enable(RobotId.of(id));
        return "redirect:/robots/" + id + "?said=enabled";
    }

    @PostMapping("/robots/{id}/disable")
    @Requires(Permission.ROBOT_MANAGE)
    String disable(@PathVariable String id) {
        robots.disable(RobotId.of(id));
        return "redirect:/robots/" + id + "?said=disabled";
    }

    @PostMapping("/robots/{id}/delete")
    @Requires(Permission.ROBOT_MANAGE)
    String remove(@PathVariable String id) {
        robots.remove(RobotId.of(id));
        return "redirect:/robots?said=removed";
    }

    private String form(Model model, @Nullable RobotView robot, Locale locale) {
        Map<String, String> kinds = new LinkedHashMap<>();
        notifications.kinds().forEach(kind -> kinds.put(kind.key(), texts.kind(kind.key(), locale)));
        model.addAttribute("robot", robot);
        model.addAttribute("kinds", kinds);
        model.addAttribute("platforms", Platform.values());
        model.addAttribute("hours", IntStream.range(0, 24).boxed().toList());
        return "chat/form";
    }

    private void say(String said, Locale locale, Model model) {
        if (SAID.contains(said)) {
            model.addAttribute("toast", messages.getMessage("robot.said." + said, null, locale));
        }
    }
}
